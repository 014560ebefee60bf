import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { IconDots, IconUserShield } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { type Column, List } from '@/patterns/List';
import { done } from '@/patterns/notice';
import { SecretOnce } from '@/patterns/SecretOnce';
import { EmptyState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { InviteOperator } from './InviteOperator';
import { type Operator, operatorsKey } from './queries';

const text = words.operators;

const acts = ['link', 'end', 'reset', 'remove'] as const;

type Act = (typeof acts)[number];

const called = (o: Operator) => o.name || o.login;

/** Tenants > System administrators: who runs the server. */
export default function Administrators() {
  const client = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const [asked, setAsked] = useState<{ act: Act; who: Operator }>();
  const [made, setMade] = useState<Schema<'SystemAdministratorSetup'>>();
  const close = () => setAsked(undefined);
  const start = () => setInviting(true);

  const run = async (act: Act, who: Operator) => {
    const path = { params: { path: { id: who.id } } };
    if (act === 'link') setMade(await body(api.POST('/system-administrators/{id}/setup-link', path)));
    if (act === 'end') await api.DELETE('/system-administrators/{id}/sessions', path);
    if (act === 'reset') await api.DELETE('/system-administrators/{id}/factors', path);
    if (act === 'remove') await api.DELETE('/system-administrators/{id}', path);
    await client.invalidateQueries({ queryKey: operatorsKey });
    if (act !== 'link') done(text[act].done(called(who)));
    close();
  };

  const columns: Column<Operator>[] = [
    { id: 'name', label: text.name, text: (o) => called(o), cell: (o) => <Name who={o} /> },
    { id: 'login', label: text.login, text: (o) => o.login, cell: (o) => <span className="mono">{o.login}</span> },
    { id: 'email', label: text.email, text: (o) => o.email, hidden: true },
    {
      id: 'active',
      label: text.signIn,
      text: (o) => (!o.active ? text.notAllowed : o.has_password ? text.allowed : text.invited),
      cell: (o) => (
        <span style={{ whiteSpace: 'nowrap' }}>
          <Status tone={!o.active ? 'off' : o.has_password ? 'good' : 'wait'}>
            {!o.active ? text.notAllowed : o.has_password ? text.allowed : text.invited}
          </Status>
        </span>
      ),
    },
    { id: 'factor', label: text.factor, text: (o) => (o.second_factor ? words.state.yes : words.state.no) },
    { id: 'sessions', label: text.sessions, align: 'right', text: (o) => o.sessions },
    {
      id: 'last',
      label: text.last,
      text: (o) => o.last_sign_in_at,
      cell: (o) => <Time at={o.last_sign_in_at} none={words.state.never} />,
    },
    { id: 'created', label: text.created, text: (o) => o.created_at, cell: (o) => <Time at={o.created_at} />, hidden: true },
    {
      id: 'acts',
      label: words.list.actions,
      text: () => '',
      cell: (o) => (
        <Menu position="bottom-end" returnFocus>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={text.acts(called(o))}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {acts.map((act) => (
              <Menu.Item key={act} color={act === 'remove' ? 'red' : undefined} onClick={() => setAsked({ act, who: o })}>
                {text[act].act}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ),
    },
  ];

  return (
    <>
      <List<Operator>
        name="operators"
        title={text.title}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={operatorsKey}
        load={({ cursor, limit }) => body(api.GET('/system-administrators', { params: { query: { cursor, limit } } }))}
        columns={columns}
        rowId={(o) => o.id}
        rowName={called}
        searchable={false}
        create={{ label: text.invite, run: start }}
        empty={
          <EmptyState icon={IconUserShield} title={text.empty} act={<Button onClick={start}>{text.invite}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <InviteOperator
        opened={inviting}
        onClose={() => setInviting(false)}
        onMade={(setup) => {
          setInviting(false);
          setMade(setup);
        }}
      />
      {acts.map((act) => (
        <Confirm
          key={act}
          opened={asked?.act === act}
          title={asked ? text[act].title(called(asked.who)) : ''}
          act={act === 'link' ? text.link.confirm : text[act].act}
          danger={act !== 'link'}
          name={act === 'remove' ? asked?.who.login : undefined}
          onConfirm={async () => {
            if (asked) await run(act, asked.who);
          }}
          onClose={close}
        >
          {asked && (act === 'link' ? text.link.effect : text[act].effect(called(asked.who)))}
        </Confirm>
      ))}
      <SecretOnce
        title={text.link.made}
        intro={text.link.intro(made?.login ?? '')}
        file={`${text.link.file}-${made?.login ?? ''}`}
        values={
          made && [
            { caption: text.login, value: made.login },
            { caption: text.link.link, value: made.setup_link, secret: true },
          ]
        }
        note={text.link.note}
        onClose={() => setMade(undefined)}
      />
    </>
  );
}

function Name({ who }: { who: Operator }) {
  return (
    <Group gap={6}>
      {called(who)}
      {who.self && <Status tone="off">{text.you}</Status>}
    </Group>
  );
}
