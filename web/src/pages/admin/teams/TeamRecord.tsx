import { Anchor, Button, Group } from '@mantine/core';
import { IconPencil, IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { useAct } from '@/app/acts';
import { AddPeople } from '@/pages/admin/people/AddPeople';
import { MembersCard } from '@/pages/admin/people/MembersCard';
import { type Person, peopleKey } from '@/pages/admin/people/queries';
import { Confirm } from '@/patterns/Confirm';
import { CopyButton } from '@/patterns/CopyButton';
import { done } from '@/patterns/notice';
import { Card, Facts, RecordPage } from '@/patterns/Record';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { EditTeam } from './EditTeam';
import { type Team, teamQuery, teamsKey } from './queries';

const text = words.teams;

/** One team: who is in it, and its facts. */
export default function TeamRecord() {
  const { id } = useParams({ strict: false });
  const { data: team } = useSuspenseQuery(teamQuery(id ?? ''));
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'add' | 'edit' | 'delete'>();
  const [removing, setRemoving] = useState<Person>();
  const close = () => setOpen(undefined);
  const reload = () => Promise.all([client.invalidateQueries({ queryKey: teamsKey }), client.invalidateQueries({ queryKey: peopleKey })]);
  useAct(text.add, () => setOpen('add'));
  useAct(text.edit, () => setOpen('edit'));

  const remove = async () => {
    if (!removing) return;
    await api.DELETE('/teams/{id}/members/{person}', { params: { path: { id: team.id, person: removing.id } } });
    await reload();
    done(text.removed(removing.name));
    setRemoving(undefined);
  };
  const erase = async () => {
    await api.DELETE('/teams/{id}', { params: { path: { id: team.id } } });
    await navigate({ to: '/admin/teams' });
    client.removeQueries({ queryKey: teamQuery(team.id).queryKey });
    await client.invalidateQueries({ queryKey: teamsKey });
    done(text.deleted(team.name));
  };

  return (
    <RecordPage
      within={{ label: words.pages.teams, to: '/admin/teams' }}
      title={team.name}
      subtitle={team.description}
      status={<Status tone={team.active ? 'good' : 'off'}>{team.active ? text.active : text.inactive}</Status>}
      acts={
        <>
          <Button leftSection={<IconUserPlus size={16} />} onClick={() => setOpen('add')}>
            {text.add}
          </Button>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen('edit')}>
            {words.do.edit}
          </Button>
          <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => setOpen('delete')}>
            {words.do.delete}
          </Button>
        </>
      }
      aside={<Sidebar team={team} />}
    >
      <MembersCard
        title={text.members}
        none={text.noMembers}
        queryKey={[...teamsKey, 'members', team.id]}
        load={({ cursor, limit }) => body(api.GET('/teams/{id}/members', { params: { path: { id: team.id }, query: { cursor, limit } } }))}
        remove={setRemoving}
      />
      <AddPeople
        opened={open === 'add'}
        title={text.addTitle}
        help={text.personHelp}
        is={(p) => p.team === team.name}
        add={(p) => api.PUT('/teams/{id}/members/{person}', { params: { path: { id: team.id, person: p.id } } })}
        onClose={(added) => {
          close();
          if (added > 0) void reload();
        }}
      />
      <EditTeam opened={open === 'edit'} team={team} onClose={close} />
      <Confirm
        opened={removing !== undefined}
        title={text.removeTitle(removing?.name ?? '')}
        act={text.remove}
        onConfirm={remove}
        onClose={() => setRemoving(undefined)}
      >
        {text.removeEffect(removing?.name ?? '')}
      </Confirm>
      <Confirm
        opened={open === 'delete'}
        title={text.delete(team.name)}
        act={words.do.delete}
        name={team.name}
        onConfirm={erase}
        onClose={close}
      >
        {text.deleteEffect} {text.final}
      </Confirm>
    </RecordPage>
  );
}

function Sidebar({ team: t }: { team: Team }) {
  const manager = useQuery({
    queryKey: [...peopleKey, 'login', t.manager],
    queryFn: () => body(api.GET('/people', { params: { query: { login: t.manager, limit: 1 } } })),
    enabled: Boolean(t.manager),
  }).data?.items[0];
  return (
    <Card title={text.facts}>
      <Facts
        facts={[
          [
            text.manager,
            manager ? (
              <Anchor key="manager" size="sm" renderRoot={(props) => <Link to={`/admin/people/${manager.id}`} {...props} />}>
                {manager.name}
              </Anchor>
            ) : (
              t.manager && <span className="mono">{t.manager}</span>
            ),
          ],
          [text.orgUnit, t.org_unit],
          [text.email, t.email],
          [text.phone, t.phone],
          [text.reference, t.external_reference],
          [text.created, <Time key="created" at={t.created_at} />],
          [text.changed, <Time key="changed" at={t.changed_at} />],
          [
            text.id,
            <Group key="id" gap={4} wrap="nowrap">
              <span className="mono">{t.id}</span>
              <CopyButton value={t.id} label={text.id} />
            </Group>,
          ],
        ]}
      />
    </Card>
  );
}
