import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';

export type Team = Schema<'Team'>;

/** All queries on teams begin with this. */
export const teamsKey = ['teams'] as const;

export const teamQuery = (id: string) =>
  queryOptions({
    queryKey: [...teamsKey, 'one', id],
    queryFn: () => body(api.GET('/teams/{id}', { params: { path: { id } } })),
  });

export const membersQuery = (id: string) =>
  queryOptions({
    queryKey: [...teamsKey, 'members', id],
    queryFn: async () => (await body(api.GET('/teams/{id}/members', { params: { path: { id } } }))).items,
  });
