import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { groupsKey, groupsQuery, keysKey, lines, rolesQuery } from './queries';

const text = words.security.keys;

const nothing = { description: '', group: '', role: '', on_behalf_of: '', cidrs: '', legacy: false };

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (key: Schema<'Issued'>) => void;
}

/** A new REST API key. */
export function NewKey({ opened, onClose, onMade }: Props) {
  const client = useQueryClient();
  const groups = useQuery({ ...groupsQuery, enabled: opened }).data ?? [];
  const roles = useQuery({ ...rolesQuery, enabled: opened }).data ?? [];
  const [draft, setDraft] = useState(nothing);
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!opened) return;
    setDraft(nothing);
    setFields({});
  }, [opened]);
  const change = (part: Partial<typeof nothing>) => setDraft((before) => ({ ...before, ...part }));
  const group = groups.find((g) => g.name === (draft.group || groups[0]?.name));
  const allowed = group && !group.roles.includes('*') ? roles.filter((r) => group.roles.includes(r.name)) : roles;
  const role = allowed.some((r) => r.name === draft.role) ? draft.role : (allowed[0]?.name ?? '');

  const submit = async () => {
    const key = await body(
      api.POST('/keys', {
        body: {
          role,
          group: group?.name,
          description: draft.description || undefined,
          on_behalf_of: draft.on_behalf_of || undefined,
          cidrs: lines(draft.cidrs),
          legacy: draft.legacy,
        },
      }),
    );
    await client.invalidateQueries({ queryKey: keysKey });
    await client.invalidateQueries({ queryKey: groupsKey });
    onMade(key);
  };

  return (
    <Panel
      opened={opened}
      title={text.new}
      submit={words.do.create}
      dirty={JSON.stringify(draft) !== JSON.stringify(nothing)}
      onSubmit={submit}
      onClose={onClose}
      onFieldErrors={setFields}
      labels={{ description: text.description, group: text.group, role: text.role, on_behalf_of: text.onBehalfOf, cidrs: text.networks }}
    >
      <TextInput
        label={`${text.description} (${words.state.optional})`}
        description={text.descriptionHelp}
        value={draft.description}
        onChange={(e) => change({ description: e.currentTarget.value })}
        error={fields.description}
        data-autofocus
      />
      {groups.length > 0 && (
        <NativeSelect
          label={text.group}
          value={group?.name}
          onChange={(e) => change({ group: e.currentTarget.value })}
          data={groups.map((g) => g.name)}
          error={fields.group}
        />
      )}
      <NativeSelect
        label={`${text.role} (${words.state.required})`}
        description={text.roleHelp}
        value={role}
        onChange={(e) => change({ role: e.currentTarget.value })}
        data={allowed.map((r) => ({ value: r.name, label: r.label || r.name }))}
        error={fields.role}
      />
      <TextInput
        label={`${text.onBehalfOf} (${words.state.optional})`}
        description={text.onBehalfOfHelp}
        value={draft.on_behalf_of}
        onChange={(e) => change({ on_behalf_of: e.currentTarget.value })}
        error={fields.on_behalf_of}
      />
      <Textarea
        label={`${text.networks} (${words.state.optional})`}
        description={words.registrations.edit.networksHelp}
        value={draft.cidrs}
        onChange={(e) => change({ cidrs: e.currentTarget.value })}
        error={fields.cidrs}
        autosize
        minRows={2}
        classNames={{ input: 'mono' }}
      />
      <Checkbox
        label={text.legacy}
        description={text.legacyHelp}
        checked={draft.legacy}
        onChange={(e) => change({ legacy: e.currentTarget.checked })}
      />
    </Panel>
  );
}
