import { queryOptions } from '@tanstack/react-query';
import { callJSON } from '@/api/client';

/** A passkey as GET /api/me/factors lists it. */
export interface Passkey {
  id: string;
  name: string;
  created_at: string;
  used_at: string | null;
}

/** The second factors of whoever asks. */
export interface Factors {
  required: boolean;
  totp: boolean;
  passkeys: Passkey[];
  recovery_codes: number;
}

/** A browser session. */
export interface BrowserSession {
  id: string;
  role: string;
  method: string;
  identity_provider?: string;
  address: string;
  user_agent: string;
  began_at: string;
  seen_at: string;
  ends_at: string;
  current: boolean;
}

/** Recovery codes that came with a change: shown this once. */
export interface Codes {
  recovery_codes: string[];
}

export const factorsKey = ['my', 'factors'] as const;
export const sessionsKey = ['my', 'sessions'] as const;

export const factorsQuery = queryOptions({ queryKey: factorsKey, queryFn: () => callJSON<Factors>('GET', '/api/me/factors') });

export const sessionsQuery = queryOptions({
  queryKey: sessionsKey,
  queryFn: async () => (await callJSON<{ items: BrowserSession[] }>('GET', '/api/me/sessions')).items,
});
