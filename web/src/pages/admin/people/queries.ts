import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';
import { tagged } from '@/api/tagged';
import { words } from '@/words';

export type Person = Schema<'Person'>;
export type PersonDetail = Schema<'PersonDetail'>;

/** All queries on people begin with this. */
export const peopleKey = ['people'] as const;

/** Reads a person with the version they are of. */
export const readPerson = (id: string) => tagged(api.GET('/people/{id}', { params: { path: { id } } }));

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: [...peopleKey, 'one', id],
    queryFn: () => readPerson(id),
  });

/** The break-glass administrators of the tenant. */
export const breakGlassQuery = queryOptions({
  queryKey: [...peopleKey, 'break-glass'],
  queryFn: async () => (await body(api.GET('/people', { params: { query: { break_glass: 'true', limit: 20 } } }))).items,
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

export const groupsOfQuery = (id: string) =>
  queryOptions({
    queryKey: [...peopleKey, 'groups', id],
    queryFn: () => whole((cursor) => body(api.GET('/people/{id}/groups', { params: { path: { id }, query: { limit: 200, cursor } } }))),
  });

/** The API keys and app registrations that act for a person. */
export const actingQuery = (id: string) =>
  queryOptions({
    queryKey: [...peopleKey, 'acting', id],
    queryFn: async () => {
      const [keys, registrations] = await Promise.all([
        whole((cursor) => body(api.GET('/keys', { params: { query: { on_behalf_of: id, limit: 200, cursor } } }))),
        whole((cursor) => body(api.GET('/registrations', { params: { query: { on_behalf_of: id, limit: 200, cursor } } }))),
      ]);
      return { keys, registrations };
    },
  });

/** How many browser and API sessions of a person have not ended. */
export const sessionsOfQuery = (id: string) =>
  queryOptions({
    queryKey: [...peopleKey, 'sessions', id],
    queryFn: async () => {
      const query = (cursor: string | undefined) => ({ params: { query: { person: id, limit: 200, cursor } } });
      const [browser, keys] = await Promise.all([
        whole((cursor) => body(api.GET('/browser-sessions', query(cursor)))),
        whole((cursor) => body(api.GET('/sessions', query(cursor)))),
      ]);
      return browser.length + keys.length;
    },
  });

/** Every page of a list that people choose from. */
export async function whole<Row>(load: (cursor: string | undefined) => Promise<{ items: Row[]; next?: string }>): Promise<Row[]> {
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

export const allGroupsQuery = queryOptions({
  queryKey: ['groups', 'all'],
  queryFn: () => whole((cursor) => body(api.GET('/groups', { params: { query: { limit: 200, cursor } } }))),
});

export const roleObjectsQuery = queryOptions({
  queryKey: ['roles', 'objects'],
  queryFn: () => whole((cursor) => body(api.GET('/role-objects', { params: { query: { limit: 200, cursor } } }))),
});

/** How a person is told from others of the same name. */
export function nameOf(p: Person): string {
  const place = p.team && words.teams.inTeam(p.team);
  const more = [p.login, place].filter(Boolean).join(', ');
  return more ? `${p.name} (${more})` : p.name;
}

/** A role as people read it: its label, or its name where it has none. */
export const roleLabel = (role: { name: string; label?: string }): string => role.label || role.name;
