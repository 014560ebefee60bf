import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { Problem } from '@/api/problem';
import { ActTable } from '@/patterns/ActTable';
import { Confirm } from '@/patterns/Confirm';
import { CopyButton } from '@/patterns/CopyButton';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card } from '@/patterns/Record';
import { Time } from '@/patterns/Time';
import { sso } from '@/words/sso';
import { CertificateState } from './CertificateState';
import { CertificateField, nothing } from './HandOver';
import { type Certificate, lastToEnd, type Provider, providersKey } from './queries';

const text = sso.certificate;

/** The certificates that count for signatures: add the new one before the old one ends. */
export function Certificates({ provider }: { provider: Provider }) {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Certificate>();
  const over = (lastToEnd(provider)?.days_left ?? 0) < 0;

  const remove = async () => {
    if (!removing) return;
    await api.DELETE('/identity-providers/{id}/certificates/{fingerprint}', {
      params: { path: { id: provider.id, fingerprint: removing.fingerprint } },
    });
    await client.invalidateQueries({ queryKey: providersKey });
    done(text.removed);
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
      {provider.certificates.length === 0 ? (
        <Text size="sm" role="status">
          {text.none}
        </Text>
      ) : (
        <Stack gap="sm">
          {over && provider.preset === 'entra' && <Text size="sm">{text.entraOver}</Text>}
          <ActTable label={text.title} heads={[text.subject, text.state, text.ends, text.source]}>
            {provider.certificates.map((c) => (
              <Table.Tr key={c.fingerprint}>
                <Table.Td data-long>
                  <Text size="sm" fw={600} component="bdi">
                    {c.subject}
                  </Text>
                  <Group gap={4} wrap="nowrap">
                    <span className="mono" style={{ whiteSpace: 'nowrap' }}>
                      {c.fingerprint.slice(0, 12)}…
                    </span>
                    <CopyButton value={c.fingerprint} label={`${text.fingerprint} ${c.fingerprint.slice(0, 16)}`} />
                  </Group>
                </Table.Td>
                <Table.Td data-label={text.state}>
                  <CertificateState certificate={c} />
                </Table.Td>
                <Table.Td data-label={text.ends}>
                  <Time at={c.not_after} />
                  {Date.parse(c.not_before) > Date.now() && (
                    <Text size="xs" c="dimmed">
                      {text.from} <Time at={c.not_before} />
                    </Text>
                  )}
                </Table.Td>
                <Table.Td data-label={text.source}>{text.sources[c.source]}</Table.Td>
                <Table.Td data-acts>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    onClick={() => setRemoving(c)}
                    aria-label={text.removeOf(`${c.subject}, ${c.fingerprint.slice(0, 16)}`)}
                  >
                    {text.remove}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </ActTable>
        </Stack>
      )}
      <AddCertificate provider={provider} opened={adding} onClose={() => setAdding(false)} />
      <Confirm
        opened={removing !== undefined}
        title={text.removeTitle}
        act={text.remove}
        onConfirm={remove}
        onClose={() => setRemoving(undefined)}
      >
        <Text size="sm" fw={600}>
          <bdi>{removing?.subject}</bdi>
        </Text>
        {text.removeEffect} {provider.certificates.length === 1 && text.removeLast}
      </Confirm>
    </Card>
  );
}

function AddCertificate({ provider, opened, onClose }: { provider: Provider; opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const [handed, setHanded] = useState(nothing);
  const [fields, setFields] = useState<Record<string, string>>({});
  const leave = () => {
    setHanded(nothing);
    setFields({});
    onClose();
  };
  const submit = async () => {
    setFields({});
    const certificate = handed.certificate.trim();
    if (!certificate)
      throw new Problem({ status: 400, code: 'request_invalid', errors: [{ field: 'certificate', message: sso.make.needs.certificate }] });
    await api.POST('/identity-providers/{id}/certificates', { params: { path: { id: provider.id } }, body: { certificate } });
    await client.invalidateQueries({ queryKey: providersKey });
    done(text.added);
    leave();
  };
  return (
    <Panel
      opened={opened}
      title={text.add}
      submit={text.add}
      dirty={handed !== nothing}
      onSubmit={submit}
      onClose={leave}
      labels={{ certificate: sso.field.certificate }}
      onFieldErrors={setFields}
    >
      <Text size="sm" c="dimmed">
        {text.help}
      </Text>
      <CertificateField handed={handed} onChange={setHanded} error={fields.certificate} />
    </Panel>
  );
}
