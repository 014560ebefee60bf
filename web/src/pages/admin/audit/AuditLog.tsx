import { Button } from '@mantine/core';
import { IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { useAct } from '@/app/acts';
import { type Column, List } from '@/patterns/List';
import { EmptyState } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { number, words } from '@/words';
import { CheckChain } from './CheckChain';
import { auditKey, dayStart, type Entry } from './queries';

const text = words.audit;

const columns: Column<Entry>[] = [
  { id: 'action', label: text.action, text: (e) => e.action, cell: (e) => <span className="mono">{e.action}</span> },
  { id: 'what', label: text.what, text: (e) => (e.erased ? text.erasedShort : e.label || e.target) },
  { id: 'who', label: text.who, text: (e) => e.login || e.actor_kind },
  { id: 'when', label: text.when, text: (e) => e.at, cell: (e) => <Time at={e.at} /> },
  { id: 'object', label: text.object, text: (e) => e.object, hidden: true },
  { id: 'target', label: text.target, text: (e) => e.target, cell: (e) => <span className="mono">{e.target}</span>, hidden: true },
  { id: 'kind', label: text.kind, text: (e) => e.actor_kind, hidden: true },
  {
    id: 'address',
    label: text.address,
    text: (e) => e.address,
    cell: (e) => <span className="mono">{e.address}</span>,
    hidden: true,
  },
  {
    id: 'credential',
    label: text.credential,
    text: (e) => e.credential,
    cell: (e) => <span className="mono">{e.credential}</span>,
    hidden: true,
  },
  { id: 'flags', label: text.flags, text: (e) => e.flags?.join(' '), hidden: true },
  { id: 'number', label: text.number, text: (e) => e.seq, cell: (e) => number(e.seq), align: 'right' },
];

/** Admin > Audit log: the newest entries first. */
export default function AuditLog() {
  const [checking, setChecking] = useState(false);
  const check = () => setChecking(true);
  useAct(text.check, check);

  return (
    <>
      <List<Entry>
        name="audit-log"
        title={words.pages.audit}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={auditKey}
        load={({ cursor, limit, search, filters: { actor, credential, action, object, target, from, to } }) =>
          body(
            api.GET('/audit', {
              params: {
                query: {
                  cursor,
                  limit,
                  text: search || undefined,
                  actor,
                  credential,
                  action,
                  object,
                  target,
                  from: dayStart(from),
                  to: dayStart(to, 1),
                },
              },
            }),
          )
        }
        columns={columns}
        rowId={(e) => String(e.seq)}
        rowName={(e) => text.entry(String(e.seq))}
        rowTo={(e) => `/admin/audit-log/${e.seq}`}
        filters={[
          { id: 'action', label: text.action, kind: 'text' },
          { id: 'actor', label: text.actor, kind: 'text' },
          { id: 'credential', label: text.credential, kind: 'text' },
          { id: 'object', label: text.object, kind: 'text' },
          { id: 'target', label: text.target, kind: 'text' },
          { id: 'from', label: text.from, kind: 'day' },
          { id: 'to', label: text.to, kind: 'day' },
        ]}
        toolbar={
          <Button variant="default" leftSection={<IconShieldCheck size={16} />} onClick={check}>
            {text.check}
          </Button>
        }
        empty={
          <EmptyState icon={IconHistory} title={text.empty}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <CheckChain opened={checking} onClose={() => setChecking(false)} />
    </>
  );
}
