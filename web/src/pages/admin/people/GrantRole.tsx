import { Checkbox, NativeSelect, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { allRolesQuery, type PersonDetail, peopleKey, roleLabel } from './queries';

const text = words.people.roles;

/** Gives a person one more role. */
export function GrantRole({ opened, person, onClose }: { opened: boolean; person: PersonDetail; onClose: () => void }) {
  const client = useQueryClient();
  const roles = useQuery({ ...allRolesQuery, enabled: opened });
  const [chosen, setChosen] = useState('');
  const [first, setFirst] = useState(false);
  useEffect(() => {
    if (!opened) return;
    setChosen('');
    setFirst(false);
  }, [opened]);
  const others = (roles.data ?? []).filter((r) => !person.roles.some((held) => held.name === r.name));
  const role = others.find((r) => r.name === chosen) ?? others[0];

  const submit = async () => {
    if (!role) return onClose();
    await api.PUT('/people/{id}/roles/{role}', {
      params: { path: { id: person.id, role: role.name } },
      body: { default: first || undefined },
    });
    await client.invalidateQueries({ queryKey: peopleKey });
    done(text.granted(roleLabel(role)));
    onClose();
  };

  return (
    <Panel
      opened={opened}
      title={text.grantTitle}
      submit={text.grant}
      dirty={chosen !== '' || first}
      onSubmit={submit}
      onClose={onClose}
      labels={{ role: text.role }}
    >
      {roles.isSuccess && others.length === 0 ? (
        <Text size="sm">{text.all}</Text>
      ) : (
        <>
          <NativeSelect
            label={text.role}
            description={role?.description}
            value={role?.name ?? ''}
            onChange={(e) => setChosen(e.currentTarget.value)}
            data={others.map((r) => ({ value: r.name, label: roleLabel(r) }))}
            data-autofocus
          />
          <Checkbox
            label={text.asDefault}
            description={text.asDefaultHelp}
            checked={first}
            onChange={(e) => setFirst(e.currentTarget.checked)}
          />
        </>
      )}
    </Panel>
  );
}
