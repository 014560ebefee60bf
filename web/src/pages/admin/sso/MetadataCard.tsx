import { Button, Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { Problem } from '@/api/problem';
import { done, failed } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card, Facts } from '@/patterns/Record';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { sso } from '@/words/sso';
import { MetadataField, nothing } from './HandOver';
import { type Provider, providersKey } from './queries';

const text = sso.metadata;

/** Where the metadata of a provider stands, when it was looked at, and what came of it. */
export function MetadataCard({ provider }: { provider: Provider }) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [importing, setImporting] = useState(false);
  const refresh = async () => {
    setBusy(true);
    try {
      await api.POST('/identity-providers/{id}/metadata/refresh', { params: { path: { id: provider.id } } });
      done(text.refreshed);
    } catch (thrown) {
      failed(thrown);
    } finally {
      await client.invalidateQueries({ queryKey: providersKey });
      setBusy(false);
    }
  };
  return (
    <Card title={text.title}>
      <Facts
        facts={[
          [
            text.url,
            provider.metadata_url ? (
              <span key="url" className="mono">
                {provider.metadata_url}
              </span>
            ) : (
              text.none
            ),
          ],
          [text.last, <Time key="last" at={provider.metadata.at} none={words.state.never} />],
        ]}
      />
      {provider.metadata.error && (
        <Text size="sm" mt="xs" role="status">
          {text.failed}: <bdi>{provider.metadata.error}</bdi>
        </Text>
      )}
      <Group gap="xs" mt="sm">
        <Button size="xs" variant="default" onClick={() => setImporting(true)}>
          {text.import}
        </Button>
        {provider.metadata_url && (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} loading={busy} onClick={() => void refresh()}>
            {text.refresh}
          </Button>
        )}
      </Group>
      <ImportMetadata provider={provider} opened={importing} onClose={() => setImporting(false)} />
    </Card>
  );
}

function ImportMetadata({ provider, opened, onClose }: { provider: Provider; opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const [way, setWay] = useState<'file' | 'url'>('file');
  const [handed, setHanded] = useState(nothing);
  const [url, setURL] = useState('');
  const [entity, setEntity] = useState('');
  const [fields, setFields] = useState<Record<string, string>>({});
  const leave = () => {
    setHanded(nothing);
    setURL('');
    setEntity('');
    setFields({});
    onClose();
  };
  const submit = async () => {
    setFields({});
    const field = way === 'file' ? 'document' : 'url';
    const value = way === 'file' ? handed.metadata : url.trim();
    if (!value)
      throw new Problem({
        status: 400,
        code: 'request_invalid',
        errors: [{ field, message: way === 'file' ? sso.make.needs.metadata : sso.make.needs.metadata_url }],
      });
    await api.POST('/identity-providers/{id}/metadata', {
      params: { path: { id: provider.id } },
      body: { [field]: value, ...(entity.trim() && { entity_id: entity.trim() }) },
    });
    await client.invalidateQueries({ queryKey: providersKey });
    done(text.imported);
    leave();
  };
  return (
    <Panel
      opened={opened}
      title={text.import}
      submit={text.import}
      dirty={handed !== nothing || url !== '' || entity !== ''}
      onSubmit={submit}
      onClose={leave}
      labels={{ document: sso.drop.metadata, url: sso.field.metadata_url, entity_id: sso.make.entityOf }}
      onFieldErrors={setFields}
    >
      <Text size="sm" c="dimmed">
        {text.importHelp}
      </Text>
      <SegmentedControl
        aria-label={sso.make.way}
        value={way}
        onChange={(value) => {
          setWay(value === 'url' ? 'url' : 'file');
          setFields({});
        }}
        data={(['file', 'url'] as const).map((value) => ({ value, label: sso.make.ways[value] }))}
      />
      {way === 'file' ? (
        <MetadataField handed={handed} onChange={setHanded} error={fields.document} />
      ) : (
        <TextInput
          label={sso.field.metadata_url}
          description={sso.field.metadataHelp}
          value={url}
          onChange={(e) => setURL(e.currentTarget.value)}
          error={fields.url}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: 'mono' }}
        />
      )}
      <TextInput
        label={sso.make.entityOf}
        description={sso.make.entityOfHelp}
        value={entity}
        onChange={(e) => setEntity(e.currentTarget.value)}
        error={fields.entity_id}
        autoComplete="off"
        spellCheck={false}
        classNames={{ input: 'mono' }}
      />
    </Panel>
  );
}
