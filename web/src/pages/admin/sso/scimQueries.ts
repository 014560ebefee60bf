import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';
import { whole } from '@/pages/admin/people/queries';

export type Token = Schema<'Token'>;
export type MadeToken = Schema<'NewToken'>;
export type Policy = Schema<'Policy'>;
export type ProvisionedGroup = Schema<'GroupWithRole'>;

/** All queries on provisioning begin with this. */
export const scimKey = ['scim'] as const;

export const summaryQuery = queryOptions({
  queryKey: [...scimKey, 'summary'],
  queryFn: () => body(api.GET('/scim')),
});

export const policyQuery = queryOptions({
  queryKey: [...scimKey, 'policy'],
  queryFn: () => body(api.GET('/scim/policy')),
});

/** Tokens. Their use is not told live: whoever comes back from the identity provider's page sees it anew. */
export const tokensQuery = queryOptions({
  queryKey: [...scimKey, 'tokens'],
  queryFn: () => whole((cursor) => body(api.GET('/scim/tokens', { params: { query: { limit: 200, cursor } } }))),
  refetchOnWindowFocus: 'always',
});

export const provisionedGroupsQuery = queryOptions({
  queryKey: [...scimKey, 'groups'],
  queryFn: () => whole((cursor) => body(api.GET('/scim/groups', { params: { query: { limit: 200, cursor } } }))),
});

/** What Entra ID takes for the Tenant URL so that it keeps to the standard. */
export const entraURL = (url: string): string => `${url}?aadOptscim062020`;
