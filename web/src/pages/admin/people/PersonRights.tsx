import { Group, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Card } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { words } from '@/words';
import { type PersonDetail, rightsQuery, roleLabel } from './queries';
import { RightsTable } from './RightsTable';

const text = words.people.rights;

/** What this person may do, role by role, as the program itself would answer. */
export function PersonRights({ person }: { person: PersonDetail }) {
  const rights = useQuery(rightsQuery(person.id));
  const [chosen, setChosen] = useState('');
  const roles = rights.data?.roles ?? [];
  const role = roles.find((r) => r.role === chosen) ?? roles[0];
  const labelOf = (name: string) => roleLabel(person.roles.find((r) => r.name === name) ?? { name });
  const included = role?.includes.filter((name) => name !== role.role) ?? [];

  return (
    <Card title={text.title}>
      {rights.isPending && <Skeleton height={160} />}
      {rights.isError && <ErrorState error={rights.error} retry={() => void rights.refetch()} />}
      {rights.isSuccess && !role && (
        <Text size="sm" c="dimmed">
          {words.people.roles.none}
        </Text>
      )}
      {role && (
        <Stack gap="sm">
          {!rights.data?.active && <Text size="sm">{text.inactive}</Text>}
          <Group align="flex-end">
            <NativeSelect
              label={text.ofRole}
              value={role.role}
              onChange={(e) => setChosen(e.currentTarget.value)}
              data={roles.map((r) => ({ value: r.role, label: labelOf(r.role) }))}
              miw={240}
            />
          </Group>
          {role.admin && <Text size="sm">{text.admin}</Text>}
          {included.length > 0 && (
            <Text size="sm" c="dimmed">
              {text.includes(included.map(labelOf).join(', '))}
            </Text>
          )}
          <RightsTable key={role.role} objects={role.objects} label={text.title} />
        </Stack>
      )}
    </Card>
  );
}
