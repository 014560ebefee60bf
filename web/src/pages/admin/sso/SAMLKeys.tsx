import { Button, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '@/api/client';
import { ActTable } from '@/patterns/ActTable';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { sso } from '@/words/sso';
import { oursKey, oursQuery } from './queries';

const text = sso.keys;

type Key = Schema<'SAMLKey'>;

const nameOf = (k: Key) => `${text.purposes[k.purpose]}, ${k.fingerprint.slice(0, 16)}`;

/** Our keys for SAML: rotate one, and remove the old one when nobody needs it any more. */
export function SAMLKeys() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(oursQuery);
  const [rotating, setRotating] = useState(false);
  const [purpose, setPurpose] = useState<Key['purpose']>('signing');
  const [removing, setRemoving] = useState<Key>();
  const reload = () => client.invalidateQueries({ queryKey: oursKey });

  const rotate = async () => {
    await api.POST('/saml-keys', { body: { purpose } });
    await reload();
    done(text.rotated);
    setRotating(false);
  };
  const remove = async () => {
    if (!removing) return;
    await api.DELETE('/saml-keys/{id}', { params: { path: { id: removing.id } } });
    await reload();
    done(text.removed);
    setRemoving(undefined);
  };
  return (
    <Card
      title={text.title}
      act={
        <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={() => setRotating(true)}>
          {text.rotate}
        </Button>
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {text.intro}
        </Text>
        {data?.saml_keys.length === 0 && (
          <Text size="sm" role="status">
            {text.none}
          </Text>
        )}
        {data && data.saml_keys.length > 0 && (
          <ActTable label={text.title} heads={[text.purpose, text.state, text.created, text.ends]}>
            {data.saml_keys.map((k) => (
              <Table.Tr key={k.id}>
                <Table.Td>
                  <Text size="sm" fw={600}>
                    {text.purposes[k.purpose]}
                  </Text>
                  <span className="mono">{k.fingerprint.slice(0, 16)}</span>
                </Table.Td>
                <Table.Td data-label={text.state}>
                  <Status tone={k.retired_at ? 'off' : 'good'}>{k.retired_at ? text.old : text.current}</Status>
                </Table.Td>
                <Table.Td data-label={text.created}>
                  <Time at={k.created_at} />
                </Table.Td>
                <Table.Td data-label={text.ends}>
                  <Time at={k.not_after} />
                </Table.Td>
                <Table.Td data-acts>
                  {k.retired_at && (
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="gray"
                      onClick={() => setRemoving(k)}
                      aria-label={text.removeOf(nameOf(k))}
                    >
                      {text.remove}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </ActTable>
        )}
        {!data && (error ? <ErrorState error={error} retry={() => void refetch()} /> : <RowsSkeleton rows={2} />)}
      </Stack>
      <Panel
        opened={rotating}
        title={text.rotateTitle}
        submit={text.rotate}
        dirty={false}
        onSubmit={rotate}
        onClose={() => setRotating(false)}
      >
        <Text size="sm">{text.rotateHelp}</Text>
        <NativeSelect
          label={text.purpose}
          value={purpose}
          onChange={(e) => setPurpose(e.currentTarget.value === 'encryption' ? 'encryption' : 'signing')}
          data={Object.entries(text.purposes).map(([value, label]) => ({ value, label }))}
          data-autofocus
        />
      </Panel>
      <Confirm
        opened={removing !== undefined}
        title={text.removeTitle}
        act={text.remove}
        onConfirm={remove}
        onClose={() => setRemoving(undefined)}
      >
        {removing && <span className="mono">{nameOf(removing)}</span>}
        <Text size="sm" mt={6}>
          {text.removeEffect}
        </Text>
      </Confirm>
    </Card>
  );
}
