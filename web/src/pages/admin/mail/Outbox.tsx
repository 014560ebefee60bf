import { IconMailCheck, IconSend, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { type Column, List } from '@/patterns/List';
import { done, failed } from '@/patterns/notice';
import { EmptyState } from '@/patterns/States';
import { Status, type Tone } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { count, number, words } from '@/words';
import { mailKey, type OutboxItem } from './queries';

const text = words.mail.outbox;

const tones: Record<OutboxItem['state'], Tone> = { waiting: 'wait', retrying: 'attention', failed: 'harm' };

const columns: Column<OutboxItem>[] = [
  { id: 'subject', label: text.subject, text: (m) => m.subject || text.kinds[m.kind] },
  { id: 'to', label: text.to, text: (m) => m.to },
  {
    id: 'state',
    label: text.state,
    text: (m) => text.states[m.state],
    cell: (m) => <Status tone={tones[m.state]}>{text.states[m.state]}</Status>,
  },
  { id: 'error', label: text.error, text: (m) => m.error },
  { id: 'attempts', label: text.attempts, text: (m) => number(m.attempts), align: 'right', hidden: true },
  { id: 'due', label: text.due, text: (m) => m.due_at ?? '', cell: (m) => <Time at={m.due_at} /> },
  { id: 'created', label: text.created, text: (m) => m.created_at, cell: (m) => <Time at={m.created_at} /> },
  { id: 'kind', label: text.kind, text: (m) => text.kinds[m.kind], hidden: true },
  { id: 'about', label: text.about, text: (m) => m.object, hidden: true },
];

/** E-mail that waits to be sent or could not be: try now, or drop. */
export function Outbox() {
  const client = useQueryClient();
  const [dropping, setDropping] = useState<OutboxItem[]>([]);
  const named = (n: number) => count(n, text.one, text.many);
  const reload = () => client.invalidateQueries({ queryKey: mailKey });
  const path = (m: OutboxItem) => ({ params: { path: { id: m.id } } });

  const retry = async (chosen: OutboxItem[]) => {
    for (const m of chosen) await api.POST('/mail/outbox/{id}/retry', path(m));
    await reload();
    done(text.retried(named(chosen.length)));
  };
  const drop = async () => {
    for (const m of dropping) await api.DELETE('/mail/outbox/{id}', path(m));
    await reload();
    done(text.dropped(named(dropping.length)));
    setDropping([]);
  };

  return (
    <>
      <List<OutboxItem>
        name="outbox"
        level={2}
        title={text.title}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={[...mailKey, 'outbox']}
        load={() => body(api.GET('/mail/outbox'))}
        columns={columns}
        rowId={(m) => m.id}
        rowName={(m) => m.subject || text.kinds[m.kind]}
        searchable={false}
        acts={[
          { label: text.retry, icon: <IconSend size={16} />, run: (chosen) => void retry(chosen).catch(failed) },
          { label: text.drop, icon: <IconTrash size={16} />, danger: true, run: setDropping },
        ]}
        empty={
          <EmptyState icon={IconMailCheck} title={text.empty}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <Confirm
        opened={dropping.length > 0}
        title={text.dropTitle(named(dropping.length))}
        act={text.drop}
        onConfirm={drop}
        onClose={() => setDropping([])}
      >
        {text.dropEffect}
      </Confirm>
    </>
  );
}
