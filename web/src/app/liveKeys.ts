import { hashKey, type Query, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { fetchJSON } from '@/api/client';
import type { Told } from './liveSource';

/** Which queries a write to an object makes old, beside the records of the object itself. */
const keysOf: Record<string, readonly string[]> = {
  registration: ['registrations'],
  client_secret: ['registrations'],
  client_key: ['registrations'],
  api_key: ['api-keys', 'registrations'],
  api_key_group: ['key-groups', 'api-keys'],
  signing_key: ['signing-keys'],
  issuer: ['issuers'],
  identity_provider: ['identity-providers'],
  sso_domain: ['sso-domains'],
  saml_key: ['single-sign-on'],
  scim_token: ['scim'],
  identity: ['issuers', 'people'],
  Employee: ['people', 'teams', 'groups', 'my', 'scim'],
  StandardUserTeam: ['teams', 'people'],
  ContactGroup: ['groups', 'scim'],
  role: ['roles', 'people'],
  browser_session: ['my'],
  session: ['my'],
  Setting: ['settings', 'system'],
  Schema: ['objects', 'pick-lists'],
  MailServer: ['mail'],
  webhook: ['webhooks'],
  Tenant: ['tenant', 'tenants'],
  me: ['me'],
  notifications: ['notifications'],
  break_glass: ['notifications'],
};

/** Objects of which something may wait for the person. */
const waitedFor = new Set([
  'Incident',
  'ServiceReq',
  'Change',
  'Problem',
  'Task',
  'FRS_ApprovalVoteTracking',
  'client_secret',
  'client_key',
  'api_key',
  'registration',
  'MailServer',
]);

/** How long, in milliseconds, until what was loaded again because of a write may be so once more. */
const pauses: Record<string, number> = { audit: 3000, notifications: 10_000, related: 10_000, me: 2000 };
const usualPause = 1500;
const gather = 100;

const recId = /^[0-9A-Fa-f]{32}$/;

interface Load {
  queryKey?: QueryKey;
  predicate?: (query: Query) => boolean;
}

/** Loads again what is on screen and was written. */
export interface Refresher {
  told: (event: Told) => void;
  all: () => void;
  /** Whether what the query holds was loaded because of a write that was told, and not by an act on this page. */
  stop: () => void;
}

const causes = new Map<string, boolean>(); // hash of a query → loaded last because somebody's write was told

/** Whether a query was loaded last because of a write that was told, not because of an act on this page. */
export const loadedByLive = (queryKey: QueryKey): boolean => causes.get(hashKey(queryKey)) ?? false;

export function refresher(client: QueryClient): Refresher {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const ran = new Map<string, number>();
  let sets: Promise<Map<string, string>> | undefined; // object → set
  let ours = false;

  const unsubscribe = client.getQueryCache().subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'fetch') causes.set(event.query.queryHash, ours);
    if (event.type === 'removed') causes.delete(event.query.queryHash);
  });

  const run = (load: Load) => {
    ours = true;
    try {
      void client.invalidateQueries(load);
    } finally {
      ours = false;
    }
  };
  const later = (name: string, load: Load, pause = pauses[name] ?? usualPause) => {
    if (timers.has(name)) return;
    const wait = Math.max(gather, (ran.get(name) ?? 0) + pause - Date.now());
    timers.set(
      name,
      setTimeout(() => {
        timers.delete(name);
        ran.set(name, Date.now());
        run(load);
      }, wait),
    );
  };
  const shows = (key: string) => client.getQueryCache().findAll({ queryKey: [key], type: 'active' }).length > 0;

  const records = async (event: Told) => {
    sets ??= fetchJSON<{ items: { object: string; set: string }[] }>('/api/me/objects').then(
      ({ items }) => new Map(items.map((one) => [one.object, one.set])),
      () => new Map<string, string>(),
    );
    const set = (await sets).get(event.object);
    const [base] = event.object.split('#');
    const of = [set, base && (await sets).get(base)].filter(Boolean);
    const here = (query: Query) => query.queryKey[0] === 'records' && of.includes(query.queryKey[1] as string);
    const another = (query: Query) => {
      const third = query.queryKey[2];
      return event.id !== undefined && typeof third === 'string' && recId.test(third) && third.toUpperCase() !== event.id.toUpperCase();
    };
    if (of.length > 0) {
      later(`records/${event.object}/${event.id ?? ''}`, {
        predicate: (query) => here(query) && recId.test(String(query.queryKey[2])) && !another(query),
      });
      later(`records/${event.object}`, { predicate: (query) => here(query) && !recId.test(String(query.queryKey[2])) });
    }
    // What a record's page shows of others: it cannot be told whether this is one of them.
    later('related', {
      predicate: (query) => query.queryKey[0] === 'records' && query.queryKey.length > 3 && recId.test(String(query.queryKey[2])),
    });
  };

  return {
    told(event) {
      for (const key of keysOf[event.object] ?? []) later(key, { queryKey: [key] }, key === 'notifications' ? gather : undefined);
      if (event.object === 'me') sets = undefined;
      if (waitedFor.has(event.object)) later('notifications', { queryKey: ['notifications'] });
      if (shows('audit')) later('audit', { queryKey: ['audit'] });
      if (shows('records') && /^[A-Z]/.test(event.object)) void records(event);
    },
    all() {
      sets = undefined;
      later('all', {});
    },
    stop() {
      unsubscribe();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
