import { Button, Group, NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card, Facts } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { scim } from '@/words/scim';
import { allProvidersQuery } from './queries';
import { type Policy, policyQuery, scimKey } from './scimQueries';

const text = scim.policy;

/** With which identity provider provisioned people sign in, and what becomes of those whom it removes. */
export function ProvisioningPolicy() {
  const { data, error, refetch } = useQuery(policyQuery);
  const providers = useQuery(allProvidersQuery).data ?? [];
  const [editing, setEditing] = useState(false);
  const chosen = providers.find((p) => p.id === data?.identity_provider)?.name ?? data?.identity_provider;
  return (
    <Card title={text.title}>
      {data ? (
        <>
          <Facts
            facts={[
              [text.provider, chosen ? <bdi key="provider">{chosen}</bdi> : text.automatic],
              [text.removed, text.choices[data.removed]],
            ]}
          />
          <Group mt="sm">
            <Button size="compact-sm" variant="default" onClick={() => setEditing(true)}>
              {text.edit}
            </Button>
          </Group>
        </>
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <RowsSkeleton rows={2} />
      )}
      <EditPolicy
        policy={editing ? data : undefined}
        providers={providers.map((p) => ({ value: p.id, label: p.name }))}
        onClose={() => setEditing(false)}
      />
    </Card>
  );
}

interface EditProps {
  policy: Policy | undefined;
  providers: { value: string; label: string }[];
  onClose: () => void;
}

function EditPolicy({ policy, providers, onClose }: EditProps) {
  const client = useQueryClient();
  const [provider, setProvider] = useState('');
  const [removed, setRemoved] = useState<Policy['removed']>('keep');
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!policy) return;
    setProvider(policy.identity_provider ?? '');
    setRemoved(policy.removed);
    setFields({});
  }, [policy]);
  const submit = async () => {
    setFields({});
    await api.PUT('/scim/policy', { body: { removed, ...(provider && { identity_provider: provider }) } });
    await client.invalidateQueries({ queryKey: scimKey });
    done(text.saved);
    onClose();
  };
  const gone = provider !== '' && !providers.some((p) => p.value === provider);
  return (
    <Panel
      opened={policy !== undefined}
      title={text.editTitle}
      submit={text.save}
      dirty={policy !== undefined && (provider !== (policy.identity_provider ?? '') || removed !== policy.removed)}
      onSubmit={submit}
      onClose={onClose}
      labels={{ identity_provider: text.provider, removed: text.removed }}
      onFieldErrors={setFields}
    >
      <NativeSelect
        label={text.provider}
        description={text.providerHelp}
        value={provider}
        onChange={(e) => setProvider(e.currentTarget.value)}
        data={[{ value: '', label: text.automatic }, ...providers, ...(gone ? [{ value: provider, label: provider }] : [])]}
        error={fields.identity_provider}
        data-autofocus
      />
      <NativeSelect
        label={text.removed}
        description={text.removedHelp}
        value={removed}
        onChange={(e) => setRemoved(e.currentTarget.value as Policy['removed'])}
        data={Object.entries(text.choices).map(([value, label]) => ({ value, label }))}
        error={fields.removed}
      />
    </Panel>
  );
}
