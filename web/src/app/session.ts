import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, body, fetchJSON, signInAddress } from '@/api/client';
import { problemOf } from '@/api/problem';
import { words } from '@/words';
import { loadPreferences } from './preferences';

/** Who is signed in, as GET /api/me says it. */
export interface Me {
  person: { id: string; login: string; name: string };
  role: { name: string; label: string };
  roles: { name: string; label: string }[];
  /** The areas of the map that the role opens. */
  areas: string[];
  tenant: { id: string; name: string; title: string; accent: string; demo: boolean };
}

async function loadMe(): Promise<Me> {
  try {
    const me = await fetchJSON<Me>('/api/me');
    await loadPreferences();
    return me;
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status === 401) {
      location.assign(signInAddress());
      return new Promise(() => {}); // the browser is on its way
    }
    if (problem.status !== 404 && problem.code !== 'not_browser_session') throw problem;
  }
  // A session of the API is no browser's, yet whoever administers with one may.
  const tenant = await body(api.GET('/tenant'));
  const name = words.account.administrator;
  return {
    person: { id: '', login: '', name },
    role: { name: '', label: '' },
    roles: [],
    areas: ['home', 'admin', 'settings'],
    tenant: { ...tenant, title: '', accent: '' },
  };
}

/** Who is signed in. Asked for before anything is shown, so pages may count on it. */
export const meQuery = queryOptions({ queryKey: ['me'], queryFn: loadMe, staleTime: 5 * 60_000 });

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}
