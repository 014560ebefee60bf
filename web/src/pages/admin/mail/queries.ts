import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schema } from '@/api/client';

export type Server = Schema<'MailServer'>;
export type OutboxItem = Schema<'OutboxItem'>;

/** All queries on mail begin with this. */
export const mailKey = ['mail'] as const;

export const serverQuery = queryOptions({ queryKey: [...mailKey, 'server'], queryFn: () => body(api.GET('/mail')) });
