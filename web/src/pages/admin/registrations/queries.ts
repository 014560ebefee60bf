import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';

export type Registration = Schema<'Registration'>;
export type Credential = Schema<'Credential'>;

/** All queries on registrations begin with this. */
export const registrationsKey = ['registrations'] as const;

export const typesQuery = queryOptions({
  queryKey: ['registration-types'],
  queryFn: async () => (await body(api.GET('/registration-types'))).items ?? [],
  staleTime: Number.POSITIVE_INFINITY,
});

export const scopesQuery = queryOptions({
  queryKey: ['scopes'],
  queryFn: async () => (await body(api.GET('/scopes'))).items ?? [],
  staleTime: Number.POSITIVE_INFINITY,
});

export const registrationQuery = (id: string) =>
  queryOptions({
    queryKey: [...registrationsKey, 'one', id],
    queryFn: () => body(api.GET('/registrations/{id}', { params: { path: { id } } })),
  });

/** Whether a credential counts now, will, or no longer does. */
export function stateOf(credential: Credential, now = Date.now()): 'live' | 'pending' | 'ended' | 'revoked' {
  if (credential.revoked_at) return 'revoked';
  if (credential.expires_at && Date.parse(credential.expires_at) <= now) return 'ended';
  return Date.parse(credential.not_before) > now ? 'pending' : 'live';
}

/** The credentials that count or will. */
export const usable = (r: Registration): Credential[] => r.credentials.filter((c) => ['live', 'pending'].includes(stateOf(c)));

/** The end of the credential that ends first, of those that count. */
export function nextExpiry(r: Registration): string | undefined {
  const ends = usable(r).flatMap((c) => (c.expires_at ? [c.expires_at] : []));
  return ends.sort()[0];
}
