import { useQuery } from '@tanstack/react-query';
import { attemptsQuery, commonClaims, type Provider } from './queries';

/** The claims to choose from: those that the provider has sent before, those of its mapping and rules, and common ones. */
export function useClaims(provider: Provider, enabled: boolean): string[] {
  const attempts = useQuery({ ...attemptsQuery(provider.id), enabled }).data ?? [];
  const sent = attempts.flatMap((a) => a.claims ?? []).map((c) => c.name);
  const used = [...(provider.mapping ?? []), ...(provider.rules ?? [])].map((one) => one.claim);
  return [...new Set([...sent, ...used, ...commonClaims[provider.kind]])];
}
