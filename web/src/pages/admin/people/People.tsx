import { Button, Group } from '@mantine/core';
import { IconShield, IconUserCheck, IconUserOff, IconUsers, IconUsersGroup, IconUsersPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { type Column, List } from '@/patterns/List';
import { EmptyState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { NewPerson } from './NewPerson';
import { type PeopleAct, PeopleBulk } from './PeopleBulk';
import { allRolesQuery, allTeamsQuery, type Person, peopleKey, roleLabel } from './queries';
import { SetupLink } from './SetupLink';

const text = words.people;

const columns: Column<Person>[] = [
  { id: 'name', label: text.name, text: (p) => p.name },
  { id: 'login', label: text.login, text: (p) => p.login, cell: (p) => <span className="mono">{p.login}</span> },
  { id: 'email', label: text.email, text: (p) => p.email },
  { id: 'team', label: text.team, text: (p) => p.team },
  { id: 'title', label: text.jobTitle, text: (p) => p.title, hidden: true },
  { id: 'department', label: text.department, text: (p) => p.department, hidden: true },
  { id: 'location', label: text.location, text: (p) => p.location, hidden: true },
  { id: 'phone', label: text.phone, text: (p) => p.phone, hidden: true },
  {
    id: 'active',
    label: text.signIn,
    text: (p) => (p.active ? text.allowed : text.notAllowed),
    cell: (p) => (
      <Group gap={6} wrap="nowrap">
        <Status tone={p.active ? 'good' : 'off'}>{p.active ? text.allowed : text.notAllowed}</Status>
        {p.break_glass && <Status tone="attention">{text.breakGlass.badge}</Status>}
      </Group>
    ),
  },
  { id: 'status', label: text.status, text: (p) => p.status, hidden: true },
  { id: 'created', label: text.created, text: (p) => p.created_at, cell: (p) => <Time at={p.created_at} />, hidden: true },
];

/** Admin > People. */
export default function People() {
  const teams = useQuery(allTeamsQuery).data ?? [];
  const roles = useQuery(allRolesQuery).data ?? [];
  const [bulk, setBulk] = useState<{ act?: PeopleAct; people: Person[] }>({ people: [] });
  const act = (name: PeopleAct, icon: ReactNode) => ({
    label: text.bulk[name],
    icon,
    danger: name === 'deactivate',
    run: (people: Person[]) => setBulk({ act: name, people }),
  });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Schema<'PersonSetup'> & { name: string }>();
  const start = () => setMaking(true);

  return (
    <>
      <List<Person>
        name="people"
        title={words.pages.people}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={peopleKey}
        load={({ cursor, limit, search, filters }) =>
          body(
            api.GET('/people', {
              params: {
                query: {
                  cursor,
                  limit,
                  search: search || undefined,
                  team: filters.team,
                  status: filters.status as Schema<'PersonChanges'>['status'],
                  active: filters.active as 'true' | 'false' | undefined,
                  role: filters.role,
                  break_glass: filters.break_glass as 'true' | 'false' | undefined,
                },
              },
            }),
          )
        }
        columns={columns}
        rowId={(p) => p.id}
        rowName={(p) => p.name}
        rowTo={(p) => `/admin/people/${p.id}`}
        filters={[
          { id: 'team', label: text.team, kind: 'choice', choices: teams.map((t) => ({ value: t.name, label: t.name })) },
          {
            id: 'active',
            label: text.signIn,
            kind: 'choice',
            choices: [
              { value: 'true', label: text.allowed },
              { value: 'false', label: text.notAllowed },
            ],
          },
          { id: 'role', label: text.role, kind: 'choice', choices: roles.map((r) => ({ value: r.name, label: roleLabel(r) })) },
          {
            id: 'break_glass',
            label: text.breakGlass.filter,
            kind: 'choice',
            choices: [
              { value: 'true', label: text.breakGlass.yes },
              { value: 'false', label: text.breakGlass.no },
            ],
          },
          {
            id: 'status',
            label: text.status,
            kind: 'choice',
            choices: Object.entries(text.statuses).map(([value, label]) => ({ value, label })),
          },
        ]}
        acts={[
          act('team', <IconUsersGroup size={16} />),
          act('group', <IconUsersPlus size={16} />),
          act('role', <IconShield size={16} />),
          act('activate', <IconUserCheck size={16} />),
          act('deactivate', <IconUserOff size={16} />),
        ]}
        create={{ label: text.new, run: start }}
        empty={
          <EmptyState icon={IconUsers} title={text.empty} act={<Button onClick={start}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <NewPerson
        opened={making}
        onClose={() => setMaking(false)}
        onMade={(setup) => {
          setMaking(false);
          setMade(setup);
        }}
      />
      <PeopleBulk act={bulk.act} people={bulk.people} onClose={() => setBulk({ people: bulk.people })} />
      <SetupLink setup={made} name={made?.name ?? ''} onClose={() => setMade(undefined)} />
    </>
  );
}
