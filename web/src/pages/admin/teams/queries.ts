import { queryOptions } from '@tanstack/react-query';
import { api, type Schema } from '@/api/client';
import { tagged } from '@/api/tagged';

export type Team = Schema<'Team'>;

/** All queries on teams begin with this. */
export const teamsKey = ['teams'] as const;

/** Reads a team with the version it is of. */
export const readTeam = (id: string) => tagged(api.GET('/teams/{id}', { params: { path: { id } } }));

export const teamQuery = (id: string) => queryOptions({ queryKey: [...teamsKey, 'one', id], queryFn: () => readTeam(id) });
