import { Button } from '@mantine/core';
import { IconUsersPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { type Column, List } from '@/patterns/List';
import { EmptyState } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { number, words } from '@/words';
import { GroupPanel } from './GroupPanel';
import { type ContactGroup, groupsKey } from './queries';

const text = words.groups;

const columns: Column<ContactGroup>[] = [
  { id: 'name', label: text.name, text: (g) => g.name },
  { id: 'description', label: text.description, text: (g) => g.description },
  { id: 'members', label: text.members, text: (g) => g.members, cell: (g) => number(g.members), align: 'right' },
  {
    id: 'reference',
    label: text.reference,
    text: (g) => g.external_reference,
    cell: (g) => <span className="mono">{g.external_reference}</span>,
    hidden: true,
  },
  { id: 'created', label: text.created, text: (g) => g.created_at, cell: (g) => <Time at={g.created_at} />, hidden: true },
  { id: 'changed', label: text.changed, text: (g) => g.changed_at, cell: (g) => <Time at={g.changed_at} />, hidden: true },
];

/** Admin > Groups. */
export default function Groups() {
  const [making, setMaking] = useState(false);
  const start = () => setMaking(true);
  return (
    <>
      <List<ContactGroup>
        name="groups"
        title={words.pages.groups}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={groupsKey}
        load={({ cursor, limit, search }) =>
          body(api.GET('/groups', { params: { query: { cursor, limit, search: search || undefined } } }))
        }
        columns={columns}
        rowId={(g) => g.id}
        rowName={(g) => g.name}
        rowTo={(g) => `/admin/groups/${g.id}`}
        create={{ label: text.new, run: start }}
        empty={
          <EmptyState icon={IconUsersPlus} title={text.empty} act={<Button onClick={start}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <GroupPanel opened={making} onClose={() => setMaking(false)} />
    </>
  );
}
