import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/** What a list shows: it stands in the address, so that it can be shared. */
export interface ListAddress {
  search: string;
  /** Filter id → value. */
  filters: Record<string, string>;
  set: (change: { search?: string; filters?: Record<string, string> }) => void;
}

/** Reads and writes search and filters of a list in the address. Filters are the parameters with the names given. */
export function useListAddress(names: readonly string[]): ListAddress {
  const parameters = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  const known = names.join(' ');
  const filters = useMemo(
    () => Object.fromEntries(Object.entries(parameters).filter(([name, value]) => known.split(' ').includes(name) && value)),
    [parameters, known],
  );
  const set = useCallback<ListAddress['set']>(
    (change) =>
      void navigate({
        to: '.',
        replace: true,
        search: (before: Record<string, string>) => {
          const next: Record<string, string> = { ...before };
          if (change.search !== undefined) next.search = change.search;
          if (change.filters) {
            for (const name of known.split(' ')) delete next[name];
            Object.assign(next, change.filters);
          }
          return Object.fromEntries(Object.entries(next).filter(([, value]) => value));
        },
      }),
    [navigate, known],
  );
  return { search: parameters.search ?? '', filters, set };
}
