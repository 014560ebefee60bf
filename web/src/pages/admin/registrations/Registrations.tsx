import { Badge, Button } from '@mantine/core';
import { IconApps, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body, type Page, type Schema } from '@/api/client';
import { type Column, List } from '@/patterns/List';
import { EmptyState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { CompleteRegistration } from './CompleteRegistration';
import { DeleteRegistrations } from './DeleteRegistrations';
import { NewRegistration } from './NewRegistration';
import { nextExpiry, type Registration, registrationsKey, typesQuery } from './queries';

const text = words.registrations;

const columns: Column<Registration>[] = [
  {
    id: 'application',
    label: text.column.application,
    text: (r) => r.application,
    cell: (r) => (
      <>
        {r.application}
        {!r.enabled && (
          <Badge ml="xs" variant="outline" color="gray" size="sm" tt="none" c="var(--quiet)">
            {words.state.disabled}
          </Badge>
        )}
      </>
    ),
  },
  { id: 'description', label: text.column.description, text: (r) => r.description },
  {
    id: 'lastAuthenticated',
    label: text.column.lastAuthenticated,
    text: (r) => r.last_authenticated,
    cell: (r) => <Time at={r.last_authenticated} />,
  },
  { id: 'createdBy', label: text.column.createdBy, text: (r) => r.created_by_name || r.created_by },
  { id: 'created', label: text.column.created, text: (r) => r.created_at, cell: (r) => <Time at={r.created_at} /> },
  {
    id: 'clientId',
    label: text.column.clientId,
    text: (r) => r.client_id,
    cell: (r) => <span className="mono">{r.client_id}</span>,
    hidden: true,
  },
  {
    id: 'state',
    label: text.column.state,
    text: (r) => (r.enabled ? words.state.enabled : words.state.disabled),
    cell: (r) => <Status tone={r.enabled ? 'good' : 'off'}>{r.enabled ? words.state.enabled : words.state.disabled}</Status>,
    hidden: true,
  },
  { id: 'scopes', label: text.column.scopes, text: (r) => r.scopes.join(' '), hidden: true },
  { id: 'expires', label: text.column.expires, text: (r) => nextExpiry(r), cell: (r) => <Time at={nextExpiry(r)} />, hidden: true },
];

/** Admin > App Registrations. */
export default function Registrations() {
  const types = useQuery(typesQuery).data ?? [];
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Schema<'IssuedRegistration'>>();
  const [deleting, setDeleting] = useState<Registration[]>();
  const start = () => setMaking(true);

  return (
    <>
      <List<Registration>
        name="registrations"
        title={words.pages.registrations}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={registrationsKey}
        load={({ cursor, limit, search, filters }) =>
          body(
            api.GET('/registrations', { params: { query: { cursor, limit, search: search || undefined, type: filters.type } } }),
          ) as Promise<Page<Registration>>
        }
        columns={columns}
        rowId={(r) => r.id}
        rowName={(r) => [r.application, r.description].filter(Boolean).join(', ')}
        rowTo={(r) => `/admin/app-registrations/${r.id}`}
        filters={[{ id: 'type', label: text.column.type, kind: 'choice', choices: types.map((t) => ({ value: t.id, label: t.caption })) }]}
        create={{ label: text.new, run: start }}
        acts={[{ label: words.do.delete, icon: <IconTrash size={16} />, danger: true, run: setDeleting }]}
        empty={
          <EmptyState icon={IconApps} title={text.empty} act={<Button onClick={start}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <NewRegistration
        opened={making}
        onClose={() => setMaking(false)}
        onMade={(issued) => {
          setMaking(false);
          setMade(issued);
        }}
      />
      <CompleteRegistration issued={made} onClose={() => setMade(undefined)} />
      <DeleteRegistrations registrations={deleting} onClose={() => setDeleting(undefined)} />
    </>
  );
}
