import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';
import { tagged } from '@/api/tagged';
import { whole } from '@/pages/admin/people/queries';

export type Provider = Schema<'Provider'>;
export type Certificate = Schema<'Certificate'>;
export type Attempt = Schema<'Attempt'>;
export type Rule = Schema<'Rule'>;
export type Mapping = Schema<'Mapping'>;
export type Domain = Schema<'Domain'>;
export type Ours = Schema<'Ours'>;

/** All queries on identity providers begin with this. */
export const providersKey = ['identity-providers'] as const;
export const oursKey = ['single-sign-on'] as const;
export const domainsKey = ['sso-domains'] as const;

/** Reads an identity provider with the version it is of. */
export const readProvider = (id: string) => tagged(api.GET('/identity-providers/{id}', { params: { path: { id } } }));

export const providerQuery = (id: string) =>
  queryOptions({
    queryKey: [...providersKey, 'one', id],
    queryFn: () => readProvider(id),
  });

export const allProvidersQuery = queryOptions({
  queryKey: [...providersKey, 'all'],
  queryFn: () => whole((cursor) => body(api.GET('/identity-providers', { params: { query: { limit: 200, cursor } } }))),
});

/** What identity providers have to know of us, and our keys. */
export const oursQuery = queryOptions({
  queryKey: [...oursKey, 'ours'],
  queryFn: () => body(api.GET('/single-sign-on')),
});

export const strayQuery = queryOptions({
  queryKey: [...oursKey, 'stray'],
  queryFn: async () => (await body(api.GET('/single-sign-on/attempts', { params: { query: { limit: 50 } } }))).items,
});

export const attemptsQuery = (id: string) =>
  queryOptions({
    queryKey: [...providersKey, 'attempts', id],
    queryFn: async () =>
      (await body(api.GET('/identity-providers/{id}/attempts', { params: { path: { id }, query: { limit: 50 } } }))).items,
  });

export const identitiesQuery = (id: string) =>
  queryOptions({
    queryKey: [...providersKey, 'identities', id],
    queryFn: () =>
      whole((cursor) => body(api.GET('/identity-providers/{id}/identities', { params: { path: { id }, query: { limit: 200, cursor } } }))),
  });

export const domainsQuery = queryOptions({
  queryKey: [...domainsKey, 'all'],
  queryFn: () => whole((cursor) => body(api.GET('/sso-domains', { params: { query: { limit: 200, cursor } } }))),
});

/** Everything that administrators decide about a provider. */
export type Settings = Required<Omit<Schema<'ChangedProvider'>, 'client_secret'>>;

const blank: Settings = {
  name: '',
  enabled: false,
  entity_id: '',
  sso_url: '',
  sso_binding: 'redirect',
  slo_url: '',
  slo_response_url: '',
  logout_issuers: [],
  logout_page: '',
  metadata_url: '',
  allow_idp_initiated: false,
  sign_requests: false,
  want_encrypted: false,
  allow_cbc: false,
  force_authn: false,
  skew_seconds: 0,
  client_id: '',
  scopes: [],
  subject_claim: '',
  create_users: false,
  link_by_email: false,
  mapping: [],
  default_role: '',
  default_team: '',
  grantable_roles: [],
  may_grant_admin: false,
  rules: [],
};

/** The settings of a provider, what is left out included: saving replaces them all. */
export function settingsOf(p: Provider): Settings {
  const said = Object.fromEntries(Object.keys(blank).map((name) => [name, p[name as keyof Settings]]));
  return { ...blank, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== null)) };
}

/** Replaces the settings of a provider that is still of this version. */
export function putSettings(id: string, header: { 'If-Match'?: string }, settings: Settings, secret?: string) {
  const { sso_binding, ...rest } = settings;
  return api.PUT('/identity-providers/{id}', {
    params: { path: { id }, header },
    body: { ...rest, ...(sso_binding === 'post' && { sso_binding }), ...(secret && { client_secret: secret }) },
  });
}

/** The certificate that ends last: until then somebody can sign in. */
export const lastToEnd = (p: Provider): Certificate | undefined => p.certificates.toSorted((a, b) => b.days_left - a.days_left)[0];

/** The lines of a text, without empty ones. Other than words, they may hold spaces. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

const claims2005 = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

/** Claims that identity providers often send, to choose from. */
export const commonClaims: Record<'saml' | 'oidc', string[]> = {
  saml: [
    'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
    'http://schemas.microsoft.com/ws/2008/06/identity/claims/role',
    'http://schemas.microsoft.com/identity/claims/objectidentifier',
    'http://schemas.microsoft.com/identity/claims/displayname',
    `${claims2005}name`,
    `${claims2005}emailaddress`,
    `${claims2005}givenname`,
    `${claims2005}surname`,
    'urn:oid:2.5.4.42',
    'urn:oid:2.5.4.4',
    'urn:oid:0.9.2342.19200300.100.1.3',
  ],
  oidc: ['groups', 'roles', 'sub', 'oid', 'email', 'name', 'given_name', 'family_name', 'preferred_username'],
};
