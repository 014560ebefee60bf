import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/** What a list shows: it stands in the address, so that it can be shared. */
export interface ListView {
  search: string;
  /** Filter id → value. */
  filters: Record<string, string>;
  /** Column, with a - before it for the greatest first; '' for the list's own order. */
  sort?: string;
  /** The tab that is open; '' for the first. */
  tab?: string;
}

export interface ListAddress extends ListView {
  sort: string;
  tab: string;
  set: (change: Partial<ListView>) => void;
}

/** Reads and writes search, filters, order and tab of a list in the address. Filters are the parameters with the names given. */
export function useListAddress(names: readonly string[]): ListAddress {
  const parameters = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  const known = useMemo(() => new Set(names), [names]);
  const filters = useMemo(
    () => Object.fromEntries(Object.entries(parameters).filter(([name, value]) => known.has(name) && value)),
    [parameters, known],
  );
  const set = useCallback<ListAddress['set']>(
    (change) =>
      void navigate({
        to: '.',
        replace: true,
        resetScroll: false,
        search: (before: Record<string, string>) => {
          const next: Record<string, string> = { ...before };
          if (change.search !== undefined) next.search = change.search;
          if (change.sort !== undefined) next.sort = change.sort;
          if (change.tab !== undefined) next.tab = change.tab;
          if (change.filters) {
            for (const name of known) delete next[name];
            Object.assign(next, change.filters);
          }
          return Object.fromEntries(Object.entries(next).filter(([, value]) => value));
        },
      }),
    [navigate, known],
  );
  return { search: parameters.search ?? '', sort: parameters.sort ?? '', tab: parameters.tab ?? '', filters, set };
}
