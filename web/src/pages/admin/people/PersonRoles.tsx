import { Button, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { done, failed } from '@/patterns/notice';
import { Card } from '@/patterns/Record';
import { Status } from '@/patterns/Status';
import { words } from '@/words';
import { GrantRole } from './GrantRole';
import { type PersonDetail, peopleKey, roleLabel } from './queries';

const text = words.people.roles;

type Held = PersonDetail['roles'][number];

/** The roles a person holds: grant, revoke, and which is the one by default. */
export function PersonRoles({ person }: { person: PersonDetail }) {
  const client = useQueryClient();
  const [granting, setGranting] = useState(false);
  const [revoking, setRevoking] = useState<Held>();
  const reload = () => client.invalidateQueries({ queryKey: peopleKey });
  const path = (role: Held) => ({ params: { path: { id: person.id, role: role.name } } });

  const makeDefault = async (role: Held) => {
    await api.PUT('/people/{id}/roles/{role}', { ...path(role), body: { default: true } });
    await reload();
    done(text.madeDefault(roleLabel(role)));
  };
  const revoke = async () => {
    if (!revoking) return;
    await api.DELETE('/people/{id}/roles/{role}', path(revoking));
    await reload();
    done(text.revoked(roleLabel(revoking)));
    setRevoking(undefined);
  };

  return (
    <Card
      title={text.title}
      act={
        <Button size="xs" variant="default" onClick={() => setGranting(true)}>
          {text.grant}
        </Button>
      }
    >
      {person.roles.length === 0 ? (
        <Text size="sm" role="status">
          {text.none}
        </Text>
      ) : (
        <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {person.roles.map((role) => (
            <Group key={role.name} component="li" justify="space-between" gap="xs">
              <Group gap="xs">
                <Text size="sm" fw={500}>
                  {roleLabel(role)}
                </Text>
                {role.default && <Status tone="good">{text.default}</Status>}
              </Group>
              <Group gap={4}>
                {!role.default && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    onClick={() => void makeDefault(role).catch(failed)}
                    aria-label={`${text.makeDefault}: ${roleLabel(role)}`}
                  >
                    {text.makeDefault}
                  </Button>
                )}
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="gray"
                  onClick={() => setRevoking(role)}
                  aria-label={`${text.revoke}: ${roleLabel(role)}`}
                >
                  {text.revoke}
                </Button>
              </Group>
            </Group>
          ))}
        </Stack>
      )}
      <GrantRole opened={granting} person={person} onClose={() => setGranting(false)} />
      <Confirm
        opened={revoking !== undefined}
        title={text.revokeTitle(revoking ? roleLabel(revoking) : '')}
        act={text.revoke}
        onConfirm={revoke}
        onClose={() => setRevoking(undefined)}
      >
        {text.revokeEffect(person.name)}
      </Confirm>
    </Card>
  );
}
