import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { fetchJSON } from '@/api/client';
import { loadPreferences } from './preferences';

/** To which records of an object a right extends. */
export type Rows = 'none' | 'own' | 'team' | 'all';

/** Who is signed in, as GET /api/me says it. */
export interface Me {
  /** Of a tenant, or of the server itself: a system administrator on the platform's host. */
  kind: 'tenant' | 'system';
  person: { id: string; login: string; name: string; email: string; title: string; team: string };
  role: { name: string; label: string };
  roles: { name: string; label: string; default: boolean }[];
  /** The areas of the map that the role opens. */
  areas: string[];
  /** Object → to which of its records the role's rights extend; those that it may do nothing with are not there. */
  objects: Record<string, { read: Rows; create: Rows; update: Rows; delete: Rows }>;
  /** local: with a password that is kept here; provider: who vouched for this session, by name. */
  sign_in: { local: boolean; provider: string };
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
  const me = await fetchJSON<Me>('/api/me');
  await loadPreferences();
  return me;
}

/** Who is signed in. Asked for before anything is shown, so pages may count on it. */
export const meQuery = queryOptions({ queryKey: ['me'], queryFn: loadMe, staleTime: 5 * 60_000 });

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}
