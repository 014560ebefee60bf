import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';
import type { RightsRow } from '@/pages/admin/people/RightsTable';

export type Role = Schema<'RoleSummary'>;

/** All queries on roles begin with this. */
export const rolesKey = ['roles'] as const;

export const roleQuery = (name: string) =>
  queryOptions({
    queryKey: [...rolesKey, 'one', name],
    queryFn: () => body(api.GET('/roles/{name}', { params: { path: { name } } })),
  });

/** The rights a role has of its own, without those of the roles it includes, in order of the objects' names. */
export function rightsRows(rights: Schema<'RoleDetail'>['rights']): RightsRow[] {
  const may = (allowed: boolean | undefined) => (allowed ? ('yes' as const) : ('none' as const));
  return Object.entries(rights)
    .map(([object, r]) => ({
      object,
      read: r.read ?? 'none',
      create: may(r.create),
      update: may(r.update),
      delete: may(r.delete),
      hidden: r.hidden,
      read_only: r.read_only,
    }))
    .sort((a, b) => a.object.localeCompare(b.object));
}
