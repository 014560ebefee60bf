import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';
import { words } from '@/words';

export type Entry = Schema<'AuditEntry'>;

/** All queries on the audit trail begin with this. */
export const auditKey = ['audit'] as const;

export const entryQuery = (seq: number) =>
  queryOptions({
    queryKey: [...auditKey, 'one', seq],
    queryFn: () => body(api.GET('/audit/{seq}', { params: { path: { seq } } })),
    staleTime: Number.POSITIVE_INFINITY, // an entry never changes
  });

/** A day (2026-03-01) as the instant at which it, or the day so many days later, begins where the person is. */
export function dayStart(day: string | undefined, later = 0): string | undefined {
  const [year, month, date] = (day ?? '').split('-').map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + later).toISOString();
}

/** A value of a field as people read it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return words.audit.notSet;
  if (value === '') return words.audit.emptyValue;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}

/** Whether valueText says something about the value instead of the value itself. */
export const isNothing = (value: unknown): boolean => value === null || value === undefined || value === '';
