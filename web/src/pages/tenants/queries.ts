import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';
import { localisation } from '@/words/localisation';

export type Tenant = Schema<'Tenant'>;
export type Operator = Schema<'SystemAdministrator'>;

/** All queries on tenants begin with this. */
export const tenantsKey = ['tenants'] as const;

/** All queries on system administrators begin with this. */
export const operatorsKey = ['operators'] as const;

export const tenantQuery = (id: string) =>
  queryOptions({
    queryKey: [...tenantsKey, 'one', id],
    queryFn: () => body(api.GET('/tenants/{id}', { params: { path: { id } } })),
  });

/** How much a tenant holds. Opens its database, so it is asked for once a minute at most. */
export const usageQuery = (id: string) =>
  queryOptions({
    queryKey: ['tenant-usage', id],
    queryFn: () => body(api.GET('/tenants/{id}/usage', { params: { path: { id } } })),
    staleTime: 60_000,
  });

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Bytes as people read them, in steps of a thousand. */
export function bytes(value: number): string {
  let at = 0;
  let shown = value;
  while (shown >= 999.5 && at < units.length - 1) {
    shown /= 1000;
    at++;
  }
  return new Intl.NumberFormat(localisation().locale, {
    style: 'unit',
    unit: units[at],
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  }).format(shown);
}
