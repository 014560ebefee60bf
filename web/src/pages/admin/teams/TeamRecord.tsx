import { Anchor, Button, Group, Skeleton, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '@/api/client';
import { useAct } from '@/app/acts';
import { type Person, peopleKey } from '@/pages/admin/people/queries';
import { Confirm } from '@/patterns/Confirm';
import { CopyButton } from '@/patterns/CopyButton';
import { done } from '@/patterns/notice';
import { Card, Facts, RecordPage } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { AddMember } from './AddMember';
import { membersQuery, type Team, teamQuery, teamsKey } from './queries';

const text = words.teams;

/** One team: who is in it, and its facts. */
export default function TeamRecord() {
  const { id } = useParams({ strict: false });
  const { data: team } = useSuspenseQuery(teamQuery(id ?? ''));
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'add' | 'delete'>();
  const [removing, setRemoving] = useState<Person>();
  const close = () => setOpen(undefined);
  useAct(text.add, () => setOpen('add'));

  const remove = async () => {
    if (!removing) return;
    await api.DELETE('/teams/{id}/members/{person}', { params: { path: { id: team.id, person: removing.id } } });
    await Promise.all([client.invalidateQueries({ queryKey: teamsKey }), client.invalidateQueries({ queryKey: peopleKey })]);
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
          <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => setOpen('delete')}>
            {words.do.delete}
          </Button>
        </>
      }
      aside={<Sidebar team={team} />}
    >
      <Members team={team} remove={setRemoving} />
      <AddMember opened={open === 'add'} team={team} onClose={close} />
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

function Members({ team, remove }: { team: Team; remove: (person: Person) => void }) {
  const members = useQuery(membersQuery(team.id));
  return (
    <Card title={text.members}>
      {members.isPending && <Skeleton height={120} />}
      {members.isError && <ErrorState error={members.error} retry={() => void members.refetch()} />}
      {members.data?.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {text.noMembers}
        </Text>
      )}
      {members.data && members.data.length > 0 && (
        <Table verticalSpacing="xs" aria-label={text.members} style={{ overflowWrap: 'anywhere' }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.people.name}</Table.Th>
              <Table.Th visibleFrom="sm">{words.people.jobTitle}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{words.list.actions}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.data.map((p) => (
              <Table.Tr key={p.id}>
                <Table.Td>
                  <Anchor size="sm" fw={500} renderRoot={(props) => <Link to={`/admin/people/${p.id}`} {...props} />}>
                    {p.name}
                  </Anchor>
                  <Text size="xs" c="dimmed" className="mono">
                    {p.login}
                  </Text>
                </Table.Td>
                <Table.Td visibleFrom="sm">{p.title}</Table.Td>
                <Table.Td ta="end">
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    onClick={() => remove(p)}
                    aria-label={`${text.remove}: ${p.name}`}
                  >
                    {text.remove}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}

function Sidebar({ team: t }: { team: Team }) {
  return (
    <Card title={text.facts}>
      <Facts
        facts={[
          [text.manager, t.manager && <span className="mono">{t.manager}</span>],
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
