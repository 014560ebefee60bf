import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';

export type Key = Schema<'Key'>;
export type Group = Schema<'Group'>;
export type Issuer = Schema<'Issuer'>;

export const keysKey = ['api-keys'] as const;
export const groupsKey = ['key-groups'] as const;
export const issuersKey = ['issuers'] as const;

export const groupsQuery = queryOptions({
  queryKey: [...groupsKey, 'all'],
  queryFn: async () => (await body(api.GET('/key-groups', { params: { query: { limit: 200 } } }))).items ?? [],
});

export const rolesQuery = queryOptions({
  queryKey: ['roles', 'all'],
  queryFn: async () => (await body(api.GET('/roles', { params: { query: { limit: 200 } } }))).items ?? [],
});

/** The lines of a text, without empty ones. */
export const lines = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
