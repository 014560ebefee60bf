import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { type Column, List } from '@/patterns/List';
import { done, failed } from '@/patterns/notice';
import { EmptyState } from '@/patterns/States';
import { exactTime, Time } from '@/patterns/Time';
import { count, number, words } from '@/words';
import { AuditEntryPanel } from './AuditEntryPanel';

const text = words.audit;

type Entry = Schema<'AuditEntry'>;

const columns: Column<Entry>[] = [
  { id: 'when', label: text.when, text: (e) => e.at, cell: (e) => <Time at={e.at} /> },
  { id: 'who', label: text.who, text: (e) => e.login || e.actor_kind },
  { id: 'action', label: text.action, text: (e) => e.action, cell: (e) => <span className="mono">{e.action}</span> },
  { id: 'what', label: text.what, text: (e) => e.label || e.target },
  { id: 'address', label: text.address, text: (e) => e.address },
  { id: 'number', label: text.number, text: (e) => number(e.seq), align: 'right' },
];

/** A day as people choose it, as the time in UTC at which it begins or ends where they are. */
const dayAs = (day: string | undefined, time: string) => (day ? new Date(`${day}T${time}`).toISOString() : undefined);

/** Admin > Audit log. */
export default function AuditLog() {
  const [shown, setShown] = useState<Entry>();
  const check = useMutation({
    mutationFn: () => body(api.GET('/audit/verification')),
    onSuccess: (v) => {
      if (v.ok) return done(text.intact(count(v.entries, text.one, text.many)));
      notifications.show({ title: text.broken, message: v.problem ?? '', color: 'red', autoClose: false, role: 'alert' });
    },
    onError: failed,
  });
  return (
    <>
      <List<Entry>
        name="audit-log"
        title={words.pages.audit}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={['audit']}
        load={({ cursor, limit, search, filters }) =>
          body(
            api.GET('/audit', {
              params: {
                query: {
                  cursor,
                  limit,
                  text: search || undefined,
                  action: filters.action,
                  object: filters.object,
                  target: filters.target,
                  actor: filters.actor,
                  from: dayAs(filters.from, '00:00:00'),
                  to: dayAs(filters.to, '23:59:59'),
                },
              },
            }),
          )
        }
        columns={columns}
        rowId={(e) => String(e.seq)}
        rowName={(e) => text.entry(exactTime(e.at))}
        onOpen={setShown}
        filters={[
          { id: 'action', label: text.action, kind: 'text' },
          { id: 'object', label: text.object, kind: 'text' },
          { id: 'target', label: text.target, kind: 'text' },
          { id: 'actor', label: text.actor, kind: 'text' },
          { id: 'from', label: text.from, kind: 'day' },
          { id: 'to', label: text.to, kind: 'day' },
        ]}
        toolbar={
          <Button variant="default" leftSection={<IconShieldCheck size={16} />} loading={check.isPending} onClick={() => check.mutate()}>
            {text.check}
          </Button>
        }
        empty={
          <EmptyState icon={IconHistory} title={text.empty}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <AuditEntryPanel entry={shown} onClose={() => setShown(undefined)} />
    </>
  );
}
