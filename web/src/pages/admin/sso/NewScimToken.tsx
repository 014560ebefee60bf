import { NativeSelect, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body } from '@/api/client';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { scim } from '@/words/scim';
import { type MadeToken, scimKey, type Token } from './scimQueries';

const text = scim.tokens;

const usualLife = '365'; // days

interface Props {
  opened: boolean;
  /** The token whose place the new one takes. */
  replaces?: Token;
  onClose: () => void;
  onMade: (token: MadeToken) => void;
}

/** A new token, or one that takes the place of another, which goes on counting. */
export function NewScimToken({ opened, replaces, onClose, onMade }: Props) {
  const client = useQueryClient();
  const start = replaces?.label ?? '';
  const [label, setLabel] = useState('');
  const [life, setLife] = useState(usualLife);
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!opened) return;
    setLabel(start);
    setLife(usualLife);
    setFields({});
  }, [opened, start]);

  const submit = async () => {
    setFields({});
    const made = await body(
      api.POST('/scim/tokens', { body: { label: label.trim(), ...(life !== 'never' && { expires_in_days: Number(life) }) } }),
    );
    await client.invalidateQueries({ queryKey: scimKey });
    onMade(made);
  };
  return (
    <Panel
      opened={opened}
      title={replaces ? text.replaceTitle(replaces.label) : text.newTitle}
      submit={text.make}
      dirty={label !== start || life !== usualLife}
      onSubmit={submit}
      onClose={onClose}
      labels={{ label: text.label, expires_in_days: text.life }}
      onFieldErrors={setFields}
    >
      {replaces && <Text size="sm">{text.replaceHelp}</Text>}
      <TextInput
        label={`${text.label} (${words.state.required})`}
        description={text.labelHelp}
        placeholder={text.example}
        value={label}
        onChange={(e) => setLabel(e.currentTarget.value)}
        error={fields.label}
        autoComplete="off"
        data-autofocus
      />
      <NativeSelect
        label={text.life}
        description={text.lifeHelp}
        value={life}
        onChange={(e) => setLife(e.currentTarget.value)}
        data={Object.entries(text.lives).map(([value, name]) => ({ value, label: name }))}
        error={fields.expires_in_days}
      />
    </Panel>
  );
}
