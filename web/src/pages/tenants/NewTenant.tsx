import { Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { tenantsKey } from './queries';

const text = words.tenants;

const blank = { name: '', hosts: '', base_url: '' };

const labels = { name: text.name, hosts: text.hosts, base_url: text.panel.baseURL };

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (tenant: Schema<'CreatedTenant'>) => void;
}

/** A new tenant with a database of its own. */
export function NewTenant({ opened, onClose, onMade }: Props) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(blank);
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!opened) return;
    setDraft(blank);
    setFields({});
  }, [opened]);
  const change = (part: Partial<typeof blank>) => setDraft((before) => ({ ...before, ...part }));

  const submit = async () => {
    setFields({});
    const made = await body(
      api.POST('/tenants', {
        body: {
          name: draft.name.trim(),
          hosts: draft.hosts.split(/[\s,]+/).filter(Boolean),
          base_url: draft.base_url.trim() || undefined,
        },
      }),
    );
    await client.invalidateQueries({ queryKey: tenantsKey });
    onMade(made);
  };

  return (
    <Panel
      opened={opened}
      title={text.panel.title}
      submit={text.panel.act}
      dirty={Object.values(draft).some(Boolean)}
      onSubmit={submit}
      onClose={onClose}
      labels={labels}
      onFieldErrors={setFields}
    >
      <TextInput
        label={`${text.name} (${words.state.required})`}
        description={text.panel.nameHelp}
        value={draft.name}
        onChange={(e) => change({ name: e.currentTarget.value })}
        error={fields.name}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <Textarea
        label={`${text.hosts} (${words.state.required})`}
        description={text.panel.hostsHelp}
        value={draft.hosts}
        onChange={(e) => change({ hosts: e.currentTarget.value })}
        error={fields.hosts}
        autosize
        minRows={2}
        maxRows={8}
        autoComplete="off"
        spellCheck={false}
        classNames={{ input: 'mono' }}
      />
      <TextInput
        label={`${text.panel.baseURL} (${words.state.optional})`}
        description={text.panel.baseURLHelp}
        placeholder="https://desk.example.com"
        value={draft.base_url}
        onChange={(e) => change({ base_url: e.currentTarget.value })}
        error={fields.base_url}
        autoComplete="off"
        spellCheck={false}
      />
    </Panel>
  );
}
