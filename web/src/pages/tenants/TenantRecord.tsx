import { ActionIcon, Anchor, Button, Group, Menu, Text, TextInput } from '@mantine/core';
import { IconDots, IconLink, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, body } from '@/api/client';
import { useAct } from '@/app/acts';
import { Confirm } from '@/patterns/Confirm';
import { CopyButton } from '@/patterns/CopyButton';
import { done, failed } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card, Facts, RecordPage } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { count, number, words } from '@/words';
import { bytes, type Tenant, tenantQuery, tenantsKey, usageQuery } from './queries';
import { TenantHosts } from './TenantHosts';
import { TenantLink } from './TenantLink';
import { Standing } from './Tenants';

const text = words.tenants;

/** One tenant from outside: facts, hosts, whether it is served, and its end. */
export default function TenantRecord() {
  const { id } = useParams({ strict: false });
  const { data: tenant } = useSuspenseQuery(tenantQuery(id ?? ''));
  const usage = useQuery(usageQuery(tenant.id)).data;
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'suspend' | 'delete' | 'link' | 'rename'>();
  const [login, setLogin] = useState('admin');
  const [setup, setSetup] = useState<{ login: string; setup_link: string }>();
  const close = () => setOpen(undefined);
  const path = { id: tenant.id };
  const people = usage ? count(usage.people, words.people.one, words.people.many) : text.everybody;

  const serve = async (status: Tenant['status']) => {
    await api.PATCH('/tenants/{id}', { params: { path }, body: { status } });
    await client.invalidateQueries({ queryKey: tenantsKey });
    done(status === 'active' ? text.resume.done(tenant.name) : text.suspend.done(tenant.name));
    close();
  };
  const erase = async () => {
    await api.DELETE('/tenants/{id}', { params: { path, query: { confirm: tenant.name } } });
    done(text.delete.done(tenant.name));
    await navigate({ to: '/tenants' });
    client.removeQueries({ queryKey: [...tenantsKey, 'one', tenant.id] });
    await client.invalidateQueries({ queryKey: tenantsKey });
  };
  const link = async () => {
    const made = await body(api.POST('/tenants/{id}/setup-link', { params: { path }, body: { login: login.trim() || 'admin' } }));
    close();
    setSetup(made);
  };
  useAct(text.link.act, () => setOpen('link'));
  useAct(text.rename.act, () => setOpen('rename'));

  return (
    <RecordPage
      within={{ label: words.pages.tenants, to: '/tenants' }}
      title={tenant.name}
      subtitle={
        <Anchor size="sm" href={tenant.base_url} rel="noreferrer">
          {tenant.base_url}
        </Anchor>
      }
      status={<Standing tenant={tenant} />}
      acts={
        <>
          <Button variant="default" leftSection={<IconLink size={16} />} onClick={() => setOpen('link')}>
            {text.link.act}
          </Button>
          {tenant.status === 'active' ? (
            <Button variant="default" leftSection={<IconPlayerPause size={16} />} onClick={() => setOpen('suspend')}>
              {text.suspend.act}
            </Button>
          ) : (
            <Button leftSection={<IconPlayerPlay size={16} />} onClick={() => void serve('active').catch(failed)}>
              {text.resume.act}
            </Button>
          )}
          <Menu position="bottom-end" returnFocus>
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={words.list.actions}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setOpen('rename')}>{text.rename.act}</Menu.Item>
              <Menu.Item color="red" onClick={() => setOpen('delete')}>
                {text.delete.act}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
      aside={<About tenant={tenant} />}
    >
      <TenantHosts tenant={tenant} />
      <Usage id={tenant.id} />
      <Confirm
        opened={open === 'suspend'}
        title={text.suspend.title(tenant.name)}
        act={text.suspend.act}
        onConfirm={() => serve('suspended')}
        onClose={close}
      >
        {text.suspend.effect(people)} {text.suspend.keeps}
      </Confirm>
      <Confirm
        opened={open === 'delete'}
        title={text.delete.title(tenant.name)}
        act={text.delete.act}
        name={tenant.name}
        onConfirm={erase}
        onClose={close}
      >
        {usage ? text.delete.effect(people, count(usage.records, text.record, text.records.toLowerCase())) : text.delete.all}{' '}
        {text.delete.final}
      </Confirm>
      <Confirm
        opened={open === 'link'}
        title={text.link.title(tenant.name)}
        act={text.link.confirm}
        danger={false}
        onConfirm={link}
        onClose={close}
      >
        <Text size="sm" mb="md">
          {text.link.effect}
        </Text>
        <TextInput
          label={text.link.login}
          value={login}
          onChange={(e) => setLogin(e.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
        />
      </Confirm>
      <Rename tenant={tenant} opened={open === 'rename'} onClose={close} />
      <TenantLink setup={setup} name={tenant.name} onClose={() => setSetup(undefined)} />
    </RecordPage>
  );
}

function About({ tenant }: { tenant: Tenant }) {
  return (
    <Card title={text.facts}>
      <Facts
        facts={[
          [text.engine, text.engines[tenant.engine]],
          [text.created, <Time key="created" at={tenant.created_at} />],
          [text.demo, tenant.demo ? words.state.yes : words.state.no],
          [
            text.id,
            <Group key="id" gap={4} wrap="nowrap">
              <span className="mono">{tenant.id}</span>
              <CopyButton value={tenant.id} label={text.id} />
            </Group>,
          ],
        ]}
      />
    </Card>
  );
}

function Usage({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useQuery(usageQuery(id));
  return (
    <Card title={text.usage}>
      {isPending && <RowsSkeleton rows={5} />}
      {error && <ErrorState error={error} retry={() => void refetch()} />}
      {data && (
        <Facts
          facts={[
            [text.people, number(data.people)],
            [text.records, number(data.records)],
            [text.entries, number(data.audit_entries)],
            [text.size, bytes(data.database_bytes)],
            [text.activity, <Time key="activity" at={data.last_activity_at} none={words.state.never} />],
          ]}
        />
      )}
    </Card>
  );
}

function Rename({ tenant, opened, onClose }: { tenant: Tenant; opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(tenant.name);
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!opened) return;
    setName(tenant.name);
    setFields({});
  }, [opened, tenant.name]);
  const submit = async () => {
    await api.PATCH('/tenants/{id}', { params: { path: { id: tenant.id } }, body: { name: name.trim() } });
    await client.invalidateQueries({ queryKey: tenantsKey });
    done(text.rename.done(name.trim()));
    onClose();
  };
  return (
    <Panel
      opened={opened}
      title={text.rename.title(tenant.name)}
      submit={text.rename.act}
      dirty={name !== tenant.name}
      onSubmit={submit}
      onClose={onClose}
      labels={{ name: text.name }}
      onFieldErrors={setFields}
    >
      <TextInput
        label={`${text.name} (${words.state.required})`}
        description={text.rename.help}
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
        error={fields.name}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
    </Panel>
  );
}
