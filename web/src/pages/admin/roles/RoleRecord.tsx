import { ActionIcon, Anchor, Button, Menu, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { IconCopy, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '@/app/acts';
import { RightsTable } from '@/pages/admin/people/RightsTable';
import { Card, Facts, RecordPage } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { count, words } from '@/words';
import { DeleteRole } from './DeleteRole';
import { effectiveQuery, type RoleDetail, rightsRows, roleQuery } from './queries';

const text = words.roles;

/** One role: the rights it has of its own and with what it includes, and who has it. */
export default function RoleRecord() {
  const { name } = useParams({ strict: false });
  const { data: role } = useSuspenseQuery(roleQuery(name ?? ''));
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const [shown, setShown] = useState<'own' | 'effective'>('own');
  const edit = () => void navigate({ to: '/admin/role-editor', search: { name: role.name } });
  const copy = () => void navigate({ to: '/admin/role-editor', search: { copy: role.name } });
  useAct(role.fixed ? undefined : text.edit, edit);
  useAct(text.copy, copy);

  return (
    <RecordPage
      within={{ label: words.pages.roles, to: '/admin/roles' }}
      title={role.label || role.name}
      subtitle={role.description}
      acts={
        <>
          {!role.fixed && (
            <Button leftSection={<IconPencil size={16} />} onClick={edit}>
              {text.edit}
            </Button>
          )}
          <Button variant="default" leftSection={<IconCopy size={16} />} onClick={copy}>
            {text.copy}
          </Button>
          {!role.builtin && (
            <Menu position="bottom-end" returnFocus>
              <Menu.Target>
                <ActionIcon variant="default" size={36} aria-label={words.people.more}>
                  <IconDots size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconTrash size={16} />} c="var(--mantine-color-error)" onClick={() => setDeleting(true)}>
                  {text.delete.act}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </>
      }
      aside={<Sidebar role={role} />}
    >
      <Card
        title={text.rights}
        act={
          <SegmentedControl
            size="xs"
            aria-label={text.view}
            value={shown}
            onChange={(value) => setShown(value as typeof shown)}
            data={[
              { value: 'own', label: text.ownRights },
              { value: 'effective', label: text.effective },
            ]}
          />
        }
      >
        <Stack gap="sm">
          {role.fixed && (
            <Text size="sm" c="dimmed">
              {text.fixed}
            </Text>
          )}
          {role.admin && <Text size="sm">{text.adminHelp}</Text>}
          {shown === 'effective' ? <Effective name={role.name} /> : <Own role={role} />}
        </Stack>
      </Card>
      <DeleteRole opened={deleting} role={role} onClose={() => setDeleting(false)} />
    </RecordPage>
  );
}

function Own({ role }: { role: RoleDetail }) {
  return (
    <>
      {role.includes.length > 0 && (
        <Text size="sm" c="dimmed">
          {text.besides(role.includes.map(text.included).join(', '))}
        </Text>
      )}
      <RightsTable objects={rightsRows(role.rights)} label={text.rights} />
    </>
  );
}

function Effective({ name }: { name: string }) {
  const rights = useQuery(effectiveQuery(name));
  if (rights.isPending) return <Skeleton height={160} />;
  if (rights.isError) return <ErrorState error={rights.error} retry={() => void rights.refetch()} />;
  return <RightsTable objects={rights.data.objects} label={text.rights} />;
}

function Sidebar({ role }: { role: RoleDetail }) {
  const held = text.heldBy;
  return (
    <>
      <Card title={text.facts}>
        <Facts
          facts={[
            [
              text.name,
              <span key="name" className="mono">
                {role.name}
              </span>,
            ],
            [text.kind, role.builtin ? text.builtin : text.own],
            [text.admin, role.admin ? words.state.yes : words.state.no],
            [text.includes, role.includes.map(text.included).join(', ')],
            [text.closure, role.closure.length > 1 && role.closure.filter((one) => one !== role.name).join(', ')],
            [text.includedBy, role.included_by.join(', ')],
          ]}
        />
      </Card>
      <Card title={text.held}>
        <Stack gap={4}>
          <Anchor size="sm" renderRoot={(props) => <Link to="/admin/people" search={{ role: role.name }} {...props} />}>
            {count(role.people, held.person, held.people)}
          </Anchor>
          <Text size="sm">{count(role.keys, held.key, held.keys)}</Text>
          <Text size="sm">{count(role.registrations, held.registration, held.registrations)}</Text>
        </Stack>
      </Card>
    </>
  );
}
