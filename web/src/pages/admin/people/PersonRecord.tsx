import { ActionIcon, Anchor, Button, Group, Menu } from '@mantine/core';
import { IconDots, IconLink, IconPencil, IconTrash, IconUserCheck, IconUserOff } from '@tabler/icons-react';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { useAct } from '@/app/acts';
import { Confirm } from '@/patterns/Confirm';
import { CopyButton } from '@/patterns/CopyButton';
import { done, failed } from '@/patterns/notice';
import { Card, Facts, RecordPage } from '@/patterns/Record';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { ActingKeys } from './ActingKeys';
import { AskRights } from './AskRights';
import { DeletePerson } from './DeletePerson';
import { EditPerson } from './EditPerson';
import { PersonGroups } from './PersonGroups';
import { PersonRights } from './PersonRights';
import { PersonRoles } from './PersonRoles';
import { PersonSignIn } from './PersonSignIn';
import { type PersonDetail, peopleKey, personQuery, teamsOfQuery } from './queries';
import { SetupLink } from './SetupLink';

const text = words.people;

/** One person: who they are, which roles they hold and what these open, whether they may sign in. */
export default function PersonRecord() {
  const { id } = useParams({ strict: false });
  const { data: person } = useSuspenseQuery(personQuery(id ?? ''));
  const client = useQueryClient();
  const [open, setOpen] = useState<'setup' | 'deactivate' | 'edit' | 'delete'>();
  const [setup, setSetup] = useState<Schema<'PersonSetup'>>();
  const close = () => setOpen(undefined);
  const path = { params: { path: { id: person.id } } };

  const activate = async (active: boolean) => {
    if (active) await api.POST('/people/{id}/activate', path);
    else await api.POST('/people/{id}/deactivate', path);
    await client.invalidateQueries({ queryKey: peopleKey });
    done(active ? text.activate.done : text.deactivate.done);
    close();
  };
  const link = async () => {
    const made = await body(api.POST('/people/{id}/setup-link', path));
    close();
    setSetup(made);
  };
  useAct(person.password_sign_in ? text.setup.act : undefined, () => setOpen('setup'));
  useAct(text.edit.title, () => setOpen('edit'));

  return (
    <RecordPage
      within={{ label: words.pages.people, to: '/admin/people' }}
      title={person.name}
      subtitle={[person.title, person.department].filter(Boolean).join(', ')}
      status={<Status tone={person.active ? 'good' : 'off'}>{person.active ? text.may : text.mayNot}</Status>}
      acts={
        <>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen('edit')}>
            {text.edit.act}
          </Button>
          {person.password_sign_in && (
            <Button variant="default" leftSection={<IconLink size={16} />} onClick={() => setOpen('setup')}>
              {text.setup.act}
            </Button>
          )}
          {person.active ? (
            <Button variant="default" leftSection={<IconUserOff size={16} />} onClick={() => setOpen('deactivate')}>
              {text.deactivate.act}
            </Button>
          ) : (
            <Button leftSection={<IconUserCheck size={16} />} onClick={() => void activate(true).catch(failed)}>
              {text.activate.act}
            </Button>
          )}
          <Menu position="bottom-end" returnFocus>
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={text.more}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconTrash size={16} />} c="var(--mantine-color-error)" onClick={() => setOpen('delete')}>
                {text.delete.act}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
      aside={<Sidebar person={person} />}
    >
      <PersonRoles person={person} />
      <PersonSignIn person={person} />
      <PersonRights person={person} />
      <AskRights person={person} />
      <ActingKeys person={person} />
      <EditPerson opened={open === 'edit'} person={person} onClose={close} />
      <DeletePerson opened={open === 'delete'} person={person} onClose={close} />
      <Confirm
        opened={open === 'deactivate'}
        title={text.deactivate.title(person.name)}
        act={text.deactivate.act}
        onConfirm={() => activate(false)}
        onClose={close}
      >
        {text.deactivate.effect}
      </Confirm>
      <Confirm
        opened={open === 'setup'}
        title={text.setup.title(person.name)}
        act={text.setup.confirm}
        danger={false}
        onConfirm={link}
        onClose={close}
      >
        {text.setup.effect}
      </Confirm>
      <SetupLink setup={setup} name={person.name} onClose={() => setSetup(undefined)} />
    </RecordPage>
  );
}

function Sidebar({ person: p }: { person: PersonDetail }) {
  const teams = useQuery(teamsOfQuery(p.id)).data ?? [];
  const kept = p.external_sign_in ? text.passwords.elsewhere : text.passwords.off;
  const password = p.password_sign_in ? (p.has_password ? text.passwords.set : text.passwords.unset) : kept;
  return (
    <>
      <Card title={text.account}>
        <Facts
          facts={[
            [text.login, p.login && <Copied key="login" value={p.login} label={text.login} />],
            [text.password, password],
            [text.external, p.external_sign_in ? text.allowed : text.notAllowed],
            [text.status, text.statuses[p.status as keyof typeof text.statuses] ?? p.status],
          ]}
        />
      </Card>
      <Card title={text.facts}>
        <Facts
          facts={[
            [text.email, p.email],
            [text.phone, p.phone],
            [text.mobilePhone, p.mobile_phone],
            [
              text.team,
              teams.length > 0
                ? teams.map((t) => (
                    <div key={t.id}>
                      <To to={`/admin/teams/${t.id}`}>{t.name}</To>
                    </div>
                  ))
                : p.team || text.noTeam,
            ],
            [text.manager, p.manager_id && <To to={`/admin/people/${p.manager_id}`}>{p.manager_name ?? p.manager_id}</To>],
            [text.location, p.location],
            [text.orgUnit, p.org_unit],
            [text.created, <Time key="created" at={p.created_at} />],
            [text.changed, <Time key="changed" at={p.changed_at} />],
            [text.id, <Copied key="id" value={p.id} label={text.id} />],
          ]}
        />
        <Group mt="md">
          <Anchor size="sm" renderRoot={(props) => <Link to="/admin/audit-log" search={{ target: p.id }} {...props} />}>
            {words.audit.ofTarget}
          </Anchor>
        </Group>
      </Card>
      <PersonGroups person={p} />
    </>
  );
}

const To = ({ to, children }: { to: string; children: string }) => (
  <Anchor size="sm" renderRoot={(props) => <Link to={to} {...props} />}>
    {children}
  </Anchor>
);

const Copied = ({ value, label }: { value: string; label: string }) => (
  <Group gap={4} wrap="nowrap">
    <span className="mono">{value}</span>
    <CopyButton value={value} label={label} />
  </Group>
);
