import { Button } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { type Column, List } from '@/patterns/List';
import { EmptyState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { NewTeam } from './NewTeam';
import { type Team, teamsKey } from './queries';

const text = words.teams;

const columns: Column<Team>[] = [
  { id: 'name', label: text.name, text: (t) => t.name },
  { id: 'description', label: text.description, text: (t) => t.description },
  { id: 'manager', label: text.manager, text: (t) => t.manager, cell: (t) => <span className="mono">{t.manager}</span> },
  { id: 'email', label: text.email, text: (t) => t.email, hidden: true },
  { id: 'phone', label: text.phone, text: (t) => t.phone, hidden: true },
  {
    id: 'state',
    label: text.state,
    text: (t) => (t.active ? text.active : text.inactive),
    cell: (t) => <Status tone={t.active ? 'good' : 'off'}>{t.active ? text.active : text.inactive}</Status>,
  },
  { id: 'created', label: text.created, text: (t) => t.created_at, cell: (t) => <Time at={t.created_at} />, hidden: true },
];

/** Admin > Teams. */
export default function Teams() {
  const [making, setMaking] = useState(false);
  const start = () => setMaking(true);

  return (
    <>
      <List<Team>
        name="teams"
        title={words.pages.teams}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={teamsKey}
        load={({ cursor, limit, search, filters }) =>
          body(
            api.GET('/teams', {
              params: { query: { cursor, limit, search: search || undefined, active: filters.active as 'true' | 'false' | undefined } },
            }),
          )
        }
        columns={columns}
        rowId={(t) => t.id}
        rowName={(t) => t.name}
        rowTo={(t) => `/admin/teams/${t.id}`}
        filters={[
          {
            id: 'active',
            label: text.state,
            kind: 'choice',
            choices: [
              { value: 'true', label: text.active },
              { value: 'false', label: text.inactive },
            ],
          },
        ]}
        create={{ label: text.new, run: start }}
        empty={
          <EmptyState icon={IconUsersGroup} title={text.empty} act={<Button onClick={start}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <NewTeam opened={making} onClose={() => setMaking(false)} />
    </>
  );
}
