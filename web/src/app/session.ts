import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { fetchJSON, signInAddress } from '@/api/client';
import { problemOf } from '@/api/problem';
import { loadPreferences } from './preferences';

/** Who is signed in, as GET /api/me says it. */
export interface Me {
  person: { id: string; login: string; name: string; email: string; title: string; team: string };
  role: { name: string; label: string };
  roles: { name: string; label: string; default: boolean }[];
  /** The areas of the map that the role opens. */
  areas: string[];
  tenant: {
    id: string;
    name: string;
    title: string;
    accent: string;
    demo: boolean;
    /** How the organisation has dates and numbers written; empty: as the browser. */
    locale: string;
    time_zone: string;
    first_weekday: string;
  };
}

async function loadMe(): Promise<Me> {
  try {
    const me = await fetchJSON<Me>('/api/me');
    await loadPreferences();
    return me;
  } catch (error) {
    if (problemOf(error).status !== 401) throw error;
    location.assign(signInAddress());
    return new Promise(() => {}); // the browser is on its way
  }
}

/** Who is signed in. Asked for before anything is shown, so pages may count on it. */
export const meQuery = queryOptions({ queryKey: ['me'], queryFn: loadMe, staleTime: 5 * 60_000 });

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}
