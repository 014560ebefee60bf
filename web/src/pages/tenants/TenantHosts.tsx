import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card } from '@/patterns/Record';
import { Status } from '@/patterns/Status';
import { words } from '@/words';
import { type Tenant, tenantsKey } from './queries';

const text = words.tenants.host;

/** The host names of a tenant: add, remove, and which one stands in every link. */
export function TenantHosts({ tenant }: { tenant: Tenant }) {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<{ act: 'make' | 'remove'; host: string }>();
  const close = () => setAsked(undefined);
  const path = { id: tenant.id };
  const reload = () => client.invalidateQueries({ queryKey: tenantsKey });

  const make = async (host: string) => {
    await api.PUT('/tenants/{id}/canonical-host', { params: { path }, body: { host } });
    await reload();
    done(text.made(host));
    close();
  };
  const remove = async (host: string) => {
    await api.DELETE('/tenants/{id}/hosts/{host}', { params: { path: { ...path, host } } });
    await reload();
    done(text.removed(host));
    close();
  };

  return (
    <Card
      title={words.tenants.hosts}
      act={
        <Button size="xs" variant="default" onClick={() => setAdding(true)}>
          {text.add}
        </Button>
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {text.intro}
      </Text>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {tenant.hosts.map((host, i) => (
          <Group key={host} component="li" justify="space-between" gap="xs" mih={30}>
            <Group gap="xs">
              <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
                {host}
              </Text>
              {i === 0 && <Status tone="good">{text.canonical}</Status>}
            </Group>
            {i > 0 && (
              <Group gap="xs">
                <Button size="xs" variant="subtle" aria-label={`${text.make}: ${host}`} onClick={() => setAsked({ act: 'make', host })}>
                  {text.make}
                </Button>
                <Button
                  size="xs"
                  variant="subtle"
                  color="red"
                  aria-label={`${text.remove}: ${host}`}
                  onClick={() => setAsked({ act: 'remove', host })}
                >
                  {text.remove}
                </Button>
              </Group>
            )}
          </Group>
        ))}
      </Stack>
      <AddHost tenant={tenant} opened={adding} onClose={() => setAdding(false)} />
      <Confirm
        opened={asked?.act === 'make'}
        title={text.makeTitle(asked?.host ?? '')}
        act={text.make}
        onConfirm={() => make(asked?.host ?? '')}
        onClose={close}
      >
        {text.makeEffect}
      </Confirm>
      <Confirm
        opened={asked?.act === 'remove'}
        title={text.removeTitle(asked?.host ?? '')}
        act={text.remove}
        onConfirm={() => remove(asked?.host ?? '')}
        onClose={close}
      >
        {text.removeEffect(asked?.host ?? '')}
      </Confirm>
    </Card>
  );
}

function AddHost({ tenant, opened, onClose }: { tenant: Tenant; opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const [host, setHost] = useState('');
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!opened) return;
    setHost('');
    setFields({});
  }, [opened]);
  const submit = async () => {
    await api.POST('/tenants/{id}/hosts', { params: { path: { id: tenant.id } }, body: { host: host.trim() } });
    await client.invalidateQueries({ queryKey: tenantsKey });
    done(text.added(host.trim()));
    onClose();
  };
  return (
    <Panel
      opened={opened}
      title={text.addTitle}
      submit={text.add}
      dirty={host !== ''}
      onSubmit={submit}
      onClose={onClose}
      labels={{ host: text.name }}
      onFieldErrors={setFields}
    >
      <TextInput
        label={`${text.name} (${words.state.required})`}
        description={text.help}
        placeholder="desk.example.com"
        value={host}
        onChange={(e) => setHost(e.currentTarget.value)}
        error={fields.host}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
    </Panel>
  );
}
