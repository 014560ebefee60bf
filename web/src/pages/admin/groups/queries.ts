import { queryOptions } from '@tanstack/react-query';
import { api, type Schema } from '@/api/client';
import { tagged } from '@/api/tagged';

export type ContactGroup = Schema<'ContactGroup'>;

/** All queries on groups begin with this. */
export const groupsKey = ['groups'] as const;

/** Reads a group with the version it is of. */
export const readGroup = (id: string) => tagged(api.GET('/groups/{id}', { params: { path: { id } } }));

export const groupQuery = (id: string) => queryOptions({ queryKey: [...groupsKey, 'one', id], queryFn: () => readGroup(id) });
