import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';
import { tagged } from '@/api/tagged';
import type { RightsRow } from '@/pages/admin/people/RightsTable';

export type Role = Schema<'RoleSummary'>;
export type RoleDetail = Schema<'RoleDetail'>;
export type RoleRight = Schema<'RoleRight'>;

/** All queries on roles begin with this. */
export const rolesKey = ['roles'] as const;

/** Reads a role with the version it is of. */
export const readRole = (name: string) => tagged(api.GET('/roles/{name}', { params: { path: { name } } }));

export const roleQuery = (name: string) => queryOptions({ queryKey: [...rolesKey, 'one', name], queryFn: () => readRole(name) });

/** What a role allows, with all it includes. */
export const effectiveQuery = (name: string) =>
  queryOptions({
    queryKey: [...rolesKey, 'rights', name],
    queryFn: () => body(api.GET('/roles/{name}/rights', { params: { path: { name } } })),
  });

/** The fields of an object that rights may name. */
export const fieldsQuery = (object: string) =>
  queryOptions({
    queryKey: [...rolesKey, 'fields', object],
    queryFn: async () => (await body(api.GET('/role-objects/{object}', { params: { path: { object } } }))).fields,
    staleTime: 60_000,
  });

/** The rights a role has of its own, without those of the roles it includes, in order of the objects' names. */
export function rightsRows(rights: RoleDetail['rights']): RightsRow[] {
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
