import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';

export type Person = Schema<'Person'>;
export type PersonDetail = Schema<'PersonDetail'>;

/** All queries on people begin with this. */
export const peopleKey = ['people'] as const;

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: [...peopleKey, 'one', id],
    queryFn: () => body(api.GET('/people/{id}', { params: { path: { id } } })),
  });

export const rightsQuery = (id: string) =>
  queryOptions({
    queryKey: [...peopleKey, 'rights', id],
    queryFn: () => body(api.GET('/people/{id}/rights', { params: { path: { id } } })),
  });

export const teamsOfQuery = (id: string) =>
  queryOptions({
    queryKey: [...peopleKey, 'teams', id],
    queryFn: async () => (await body(api.GET('/people/{id}/teams', { params: { path: { id } } }))).items,
  });

/** Every page of a list that people choose from. */
async function whole<Row>(load: (cursor: string | undefined) => Promise<{ items: Row[]; next?: string }>): Promise<Row[]> {
  const all: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await load(cursor);
    all.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return all;
}

export const allRolesQuery = queryOptions({
  queryKey: ['roles', 'all'],
  queryFn: () => whole((cursor) => body(api.GET('/roles', { params: { query: { limit: 200, cursor } } }))),
});

export const allTeamsQuery = queryOptions({
  queryKey: ['teams', 'all'],
  queryFn: () => whole((cursor) => body(api.GET('/teams', { params: { query: { limit: 200, cursor, active: 'true' } } }))),
});

/** A role as people read it: its label, or its name where it has none. */
export const roleLabel = (role: { name: string; label?: string }): string => role.label || role.name;
