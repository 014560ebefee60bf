import { Button, Group, Text } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { type Column, List } from '@/patterns/List';
import { EmptyState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { number, words } from '@/words';
import { NewTenant } from './NewTenant';
import { type Tenant, tenantsKey, usageQuery } from './queries';
import { TenantLink } from './TenantLink';

const text = words.tenants;

/** Tenants: those the server serves. */
export default function Tenants() {
  const client = useQueryClient();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<{ name: string; login: string; setup_link: string }>();
  const start = () => setMaking(true);
  const columns = useMemo(
    (): Column<Tenant>[] => [
      { id: 'name', label: text.name, text: (t) => t.name },
      { id: 'status', label: text.status, text: (t) => text.statuses[t.status], cell: (t) => <Standing tenant={t} /> },
      { id: 'hosts', label: text.hosts, text: (t) => t.hosts.join(' '), cell: (t) => <Hosts hosts={t.hosts} /> },
      { id: 'engine', label: text.engine, text: (t) => text.engines[t.engine] },
      {
        id: 'people',
        label: text.people,
        align: 'right',
        text: (t) => client.getQueryData(usageQuery(t.id).queryKey)?.people,
        cell: (t) => <People id={t.id} />,
      },
      { id: 'created', label: text.created, text: (t) => t.created_at, cell: (t) => <Time at={t.created_at} /> },
      { id: 'id', label: text.id, text: (t) => t.id, cell: (t) => <span className="mono">{t.id}</span>, hidden: true },
    ],
    [client],
  );

  return (
    <>
      <List<Tenant>
        name="tenants"
        title={words.pages.tenants}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={tenantsKey}
        load={({ cursor, limit, search, filters }) =>
          body(
            api.GET('/tenants', {
              params: { query: { cursor, limit, search: search || undefined, status: filters.status as Tenant['status'] | undefined } },
            }),
          )
        }
        columns={columns}
        rowId={(t) => t.id}
        rowName={(t) => t.name}
        rowTo={(t) => `/tenants/${t.id}`}
        filters={[
          {
            id: 'status',
            label: text.status,
            kind: 'choice',
            choices: Object.entries(text.statuses).map(([value, label]) => ({ value, label })),
          },
        ]}
        create={{ label: text.new, run: start }}
        empty={
          <EmptyState icon={IconBuilding} title={text.empty} act={<Button onClick={start}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <NewTenant
        opened={making}
        onClose={() => setMaking(false)}
        onMade={(tenant: Schema<'CreatedTenant'>) => {
          setMaking(false);
          setMade({ name: tenant.name, login: 'admin', setup_link: tenant.setup_link });
        }}
      />
      <TenantLink setup={made} name={made?.name ?? ''} onClose={() => setMade(undefined)} />
    </>
  );
}

/** Whether a tenant is served, and whether it is a demo. */
export function Standing({ tenant }: { tenant: Tenant }) {
  return (
    <Group gap={6}>
      <Status tone={tenant.status === 'active' ? 'good' : 'attention'}>{text.statuses[tenant.status]}</Status>
      {tenant.demo && <Status tone="off">{text.demo}</Status>}
    </Group>
  );
}

function Hosts({ hosts }: { hosts: string[] }) {
  const [first, ...others] = hosts;
  return (
    <span>
      <span className="mono">{first}</span>
      {others.length > 0 && (
        <Text span size="xs" c="dimmed" title={others.join(', ')}>
          {' '}
          +{number(others.length)}
        </Text>
      )}
    </span>
  );
}

/** How many people a tenant has, once its database has been asked. */
function People({ id }: { id: string }) {
  const { data, isError } = useQuery(usageQuery(id));
  return <>{data ? number(data.people) : isError ? '–' : '…'}</>;
}
