import { Anchor, Button, NativeSelect, Stack, Switch, Table, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { allRolesQuery, roleLabel } from '@/pages/admin/people/queries';
import { ActTable } from '@/patterns/ActTable';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { number } from '@/words';
import { scim } from '@/words/scim';
import { type ProvisionedGroup, provisionedGroupsQuery, scimKey } from './scimQueries';

const text = scim.groups;

const few = 20;

/** The groups that the identity provider has sent, and the role that each gives. */
export function ProvisionedGroups() {
  const { data, error, refetch } = useQuery(provisionedGroupsQuery);
  const roles = useQuery(allRolesQuery).data ?? [];
  const [all, setAll] = useState(false);
  const [setting, setSetting] = useState<ProvisionedGroup>();
  const called = (name: string) => roleLabel(roles.find((r) => r.name === name) ?? { name });
  return (
    <Card title={text.title}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {text.intro}
        </Text>
        {data?.length === 0 && (
          <Text size="sm" role="status">
            {text.none}
          </Text>
        )}
        {data && data.length > 0 && (
          <ActTable label={text.title} heads={[text.group, text.members, text.role]}>
            {(all ? data : data.slice(0, few)).map((g) => (
              <Table.Tr key={g.id}>
                <Table.Td data-long>
                  <Anchor size="sm" renderRoot={(props) => <Link to={`/admin/groups/${g.id}`} {...props} />}>
                    <bdi>{g.name}</bdi>
                  </Anchor>
                </Table.Td>
                <Table.Td data-label={text.members}>{number(g.members)}</Table.Td>
                <Table.Td data-long data-label={text.role}>
                  {g.role ? (
                    <bdi>{called(g.role)}</bdi>
                  ) : (
                    <Text span inherit c="dimmed">
                      {text.noRole}
                    </Text>
                  )}
                  {g.may_grant_admin && <Status tone="wait">{text.admin}</Status>}
                </Table.Td>
                <Table.Td data-acts>
                  <Button size="compact-sm" variant="default" aria-label={text.setOf(g.name)} onClick={() => setSetting(g)}>
                    {text.set}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </ActTable>
        )}
        {data && data.length > few && (
          <Anchor component="button" type="button" size="sm" onClick={() => setAll(!all)} aria-expanded={all} ta="start">
            {all ? text.fewer : text.more(number(data.length))}
          </Anchor>
        )}
        {!data && (error ? <ErrorState error={error} retry={() => void refetch()} /> : <RowsSkeleton rows={2} />)}
      </Stack>
      <SetRole group={setting} roles={roles.map((r) => ({ value: r.name, label: roleLabel(r) }))} onClose={() => setSetting(undefined)} />
    </Card>
  );
}

interface SetRoleProps {
  group: ProvisionedGroup | undefined;
  roles: { value: string; label: string }[];
  onClose: () => void;
}

function SetRole({ group, roles, onClose }: SetRoleProps) {
  const client = useQueryClient();
  const [shown, setShown] = useState<ProvisionedGroup>(); // stays while the panel slides out
  const [role, setRole] = useState('');
  const [may, setMay] = useState(false);
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!group) return;
    setShown(group);
    setRole(group.role ?? '');
    setMay(group.may_grant_admin);
    setFields({});
  }, [group]);
  const submit = async () => {
    if (!group) return;
    setFields({});
    const path = { params: { path: { id: group.id } } };
    if (role) await api.PUT('/scim/groups/{id}/role', { ...path, body: { role, may_grant_admin: may } });
    else await api.DELETE('/scim/groups/{id}/role', path);
    await client.invalidateQueries({ queryKey: scimKey });
    done(role ? text.saved(group.name, roles.find((r) => r.value === role)?.label ?? role) : text.cleared(group.name));
    onClose();
  };
  const known = role === '' || roles.some((r) => r.value === role);
  return (
    <Panel
      opened={group !== undefined}
      title={text.setTitle(shown?.name ?? '')}
      submit={text.set}
      dirty={role !== (shown?.role ?? '') || may !== (shown?.may_grant_admin ?? false)}
      onSubmit={submit}
      onClose={onClose}
      labels={{ role: text.role }}
      onFieldErrors={setFields}
    >
      <NativeSelect
        label={text.role}
        description={text.setHelp}
        value={role}
        onChange={(e) => setRole(e.currentTarget.value)}
        data={[{ value: '', label: text.noRole }, ...roles, ...(known ? [] : [{ value: role, label: role }])]}
        error={fields.role}
        data-autofocus
      />
      <Switch
        label={text.mayAdmin}
        description={text.mayAdminHelp}
        checked={may}
        disabled={role === ''}
        onChange={(e) => setMay(e.currentTarget.checked)}
      />
    </Panel>
  );
}
