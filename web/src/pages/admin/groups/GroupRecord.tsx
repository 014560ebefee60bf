import { Anchor, Button, Group } from '@mantine/core';
import { IconPencil, IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
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
import { Time } from '@/patterns/Time';
import { count, number, words } from '@/words';
import { GroupPanel } from './GroupPanel';
import { type ContactGroup, groupQuery, groupsKey } from './queries';

const text = words.groups;

/** One group: who is in it, and its facts. */
export default function GroupRecord() {
  const { id } = useParams({ strict: false });
  const { data: group } = useSuspenseQuery(groupQuery(id ?? ''));
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'add' | 'edit' | 'delete'>();
  const [removing, setRemoving] = useState<Person>();
  const close = () => setOpen(undefined);
  const reload = () => Promise.all([client.invalidateQueries({ queryKey: groupsKey }), client.invalidateQueries({ queryKey: peopleKey })]);
  useAct(text.add, () => setOpen('add'));
  useAct(text.edit, () => setOpen('edit'));

  const remove = async () => {
    if (!removing) return;
    await api.DELETE('/groups/{id}/members/{person}', { params: { path: { id: group.id, person: removing.id } } });
    await reload();
    done(text.removed(removing.name));
    setRemoving(undefined);
  };
  const erase = async () => {
    await api.DELETE('/groups/{id}', { params: { path: { id: group.id } } });
    await navigate({ to: '/admin/groups' });
    client.removeQueries({ queryKey: groupQuery(group.id).queryKey });
    await reload();
    done(text.deleted(group.name));
  };

  return (
    <RecordPage
      within={{ label: words.pages.groups, to: '/admin/groups' }}
      title={group.name}
      subtitle={group.description}
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
      aside={<Sidebar group={group} />}
    >
      <MembersCard
        title={text.members}
        none={text.noMembers}
        queryKey={[...groupsKey, 'members', group.id]}
        load={({ cursor, limit, search }) =>
          body(api.GET('/groups/{id}/members', { params: { path: { id: group.id }, query: { cursor, limit, search } } }))
        }
        searchable
        remove={setRemoving}
      />
      <AddPeople
        opened={open === 'add'}
        title={text.addTitle}
        help={text.personHelp}
        is={() => false}
        add={(p) => api.PUT('/groups/{id}/members/{person}', { params: { path: { id: group.id, person: p.id } } })}
        onClose={(added) => {
          close();
          if (added > 0) void reload();
        }}
      />
      <GroupPanel opened={open === 'edit'} group={group} onClose={close} />
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
        title={text.delete(group.name)}
        act={words.do.delete}
        name={group.name.trim()}
        onConfirm={erase}
        onClose={close}
      >
        {text.deleteEffect(count(group.members, text.memberOne, text.memberMany))}
      </Confirm>
    </RecordPage>
  );
}

function Sidebar({ group: g }: { group: ContactGroup }) {
  return (
    <Card title={text.facts}>
      <Facts
        facts={[
          [text.members, number(g.members)],
          [text.reference, g.external_reference && <span className="mono">{g.external_reference}</span>],
          [text.created, <Time key="created" at={g.created_at} />],
          [text.changed, <Time key="changed" at={g.changed_at} />],
          [
            text.id,
            <Group key="id" gap={4} wrap="nowrap">
              <span className="mono">{g.id}</span>
              <CopyButton value={g.id} label={text.id} />
            </Group>,
          ],
        ]}
      />
      <Group mt="md">
        <Anchor size="sm" renderRoot={(props) => <Link to="/admin/audit-log" search={{ target: g.id }} {...props} />}>
          {words.audit.ofTarget}
        </Anchor>
      </Group>
    </Card>
  );
}
