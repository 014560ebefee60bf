import { Button, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { ActTable } from '@/patterns/ActTable';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { ProblemText } from '@/patterns/ProblemText';
import { Card } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { words } from '@/words';
import { sso } from '@/words/sso';
import { allProvidersQuery, type Domain, domainsKey, domainsQuery } from './queries';
import { Values } from './Values';

const text = sso.domains;

/** The e-mail domains of the tenant: prove one, and say which provider answers for it. */
export function Domains() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(domainsQuery);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Domain>();
  const reload = () => client.invalidateQueries({ queryKey: domainsKey });

  const remove = async () => {
    if (!removing) return;
    await api.DELETE('/sso-domains/{domain}', { params: { path: { domain: removing.domain } } });
    await reload();
    done(text.removed(removing.domain));
    setRemoving(undefined);
  };
  return (
    <Card
      title={text.title}
      act={
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
          {text.add}
        </Button>
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {text.intro}
        </Text>
        {data?.length === 0 && (
          <Text size="sm" role="status">
            {text.none}
          </Text>
        )}
        {data && data.length > 0 && <DomainTable domains={data} reload={reload} onRemove={setRemoving} />}
        {!data && (error ? <ErrorState error={error} retry={() => void refetch()} /> : <RowsSkeleton rows={2} />)}
      </Stack>
      <AddDomain opened={adding} onClose={() => setAdding(false)} reload={reload} />
      <Confirm
        opened={removing !== undefined}
        title={text.remove(removing?.domain ?? '')}
        act={sso.certificate.remove}
        onConfirm={remove}
        onClose={() => setRemoving(undefined)}
      >
        {text.removeEffect}
      </Confirm>
    </Card>
  );
}

interface TableProps {
  domains: Domain[];
  reload: () => Promise<void>;
  onRemove: (domain: Domain) => void;
}

function DomainTable({ domains, reload, onRemove }: TableProps) {
  const providers = useQuery(allProvidersQuery).data ?? [];
  const [busy, setBusy] = useState('');
  const [refused, setRefused] = useState<{ domain: string; error: unknown }>();
  const run = async (domain: string, act: () => Promise<unknown>, said: string) => {
    setBusy(domain);
    setRefused(undefined);
    try {
      await act();
      done(said);
    } catch (thrown) {
      setRefused({ domain, error: thrown });
    } finally {
      await reload();
      setBusy('');
    }
  };
  return (
    <ActTable label={text.title} heads={[text.domain, text.state, text.provider]}>
      {domains.map((d) => (
        <Table.Tr key={d.domain} style={{ verticalAlign: 'top' }}>
          <Table.Td>
            <Text size="sm" fw={600} mb={d.verified_at ? 0 : 6}>
              {d.domain}
            </Text>
            {!d.verified_at && (
              <Stack gap={6} maw={420}>
                <Text size="xs" c="dimmed">
                  {text.recordHelp}
                </Text>
                <Values
                  values={[
                    [text.recordName, d.txt_name],
                    [text.recordValue, d.txt_value],
                  ]}
                />
              </Stack>
            )}
            <div style={{ maxWidth: 420 }}>{refused?.domain === d.domain && <ProblemText error={refused.error} />}</div>
          </Table.Td>
          <Table.Td data-label={text.state}>
            <Status tone={d.verified_at ? 'good' : 'wait'}>{d.verified_at ? text.verified : text.waiting}</Status>
          </Table.Td>
          <Table.Td data-label={text.provider}>
            <NativeSelect
              size="xs"
              aria-label={text.providerOf(d.domain)}
              value={d.identity_provider_id ?? ''}
              disabled={busy === d.domain}
              onChange={(e) => {
                const identity_provider_id = e.currentTarget.value;
                void run(
                  d.domain,
                  () => api.PUT('/sso-domains/{domain}', { params: { path: { domain: d.domain } }, body: { identity_provider_id } }),
                  text.assigned,
                );
              }}
              data={[{ value: '', label: text.nobody }, ...providers.map((p) => ({ value: p.id, label: p.name }))]}
            />
          </Table.Td>
          <Table.Td data-acts>
            <Group gap={4} justify="flex-end">
              {!d.verified_at && (
                <Button
                  size="compact-sm"
                  variant="default"
                  loading={busy === d.domain}
                  aria-label={text.verifyOf(d.domain)}
                  onClick={() =>
                    void run(
                      d.domain,
                      () => api.POST('/sso-domains/{domain}/verification', { params: { path: { domain: d.domain } } }),
                      text.verifiedNow(d.domain),
                    )
                  }
                >
                  {text.verify}
                </Button>
              )}
              <Button size="compact-sm" variant="subtle" color="gray" aria-label={text.removeOf(d.domain)} onClick={() => onRemove(d)}>
                {sso.certificate.remove}
              </Button>
            </Group>
          </Table.Td>
        </Table.Tr>
      ))}
    </ActTable>
  );
}

function AddDomain({ opened, onClose, reload }: { opened: boolean; onClose: () => void; reload: () => Promise<void> }) {
  const [domain, setDomain] = useState('');
  const [fields, setFields] = useState<Record<string, string>>({});
  const leave = () => {
    setDomain('');
    setFields({});
    onClose();
  };
  const submit = async () => {
    setFields({});
    await api.POST('/sso-domains', { body: { domain: domain.trim() } });
    await reload();
    done(text.added(domain.trim()));
    leave();
  };
  return (
    <Panel
      opened={opened}
      title={text.add}
      submit={text.add}
      dirty={domain !== ''}
      onSubmit={submit}
      onClose={leave}
      labels={{ domain: text.domain }}
      onFieldErrors={setFields}
    >
      <TextInput
        label={`${text.domain} (${words.state.required})`}
        description={text.domainHelp}
        value={domain}
        onChange={(e) => setDomain(e.currentTarget.value)}
        error={fields.domain}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <Text size="sm" c="dimmed">
        {text.recordHelp}
      </Text>
    </Panel>
  );
}
