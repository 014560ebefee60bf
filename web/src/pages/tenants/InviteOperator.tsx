import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { operatorsKey } from './queries';

const text = words.operators;

const blank = { name: '', login: '', email: '' };

const labels = { name: text.name, login: text.login, email: text.email };

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (setup: Schema<'SystemAdministratorSetup'>) => void;
}

/** One more person who runs the server. */
export function InviteOperator({ opened, onClose, onMade }: Props) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(blank);
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!opened) return;
    setDraft(blank);
    setFields({});
  }, [opened]);
  const submit = async () => {
    setFields({});
    const setup = await body(
      api.POST('/system-administrators', {
        body: { login: draft.login.trim(), name: draft.name.trim() || undefined, email: draft.email.trim() || undefined },
      }),
    );
    await client.invalidateQueries({ queryKey: operatorsKey });
    onMade(setup);
  };
  const line = (name: keyof typeof blank, required: boolean, help?: string) => (
    <TextInput
      label={`${labels[name]} (${required ? words.state.required : words.state.optional})`}
      description={help}
      value={draft[name]}
      onChange={(e) => {
        const { value } = e.currentTarget;
        setDraft((before) => ({ ...before, [name]: value }));
      }}
      error={fields[name]}
      autoComplete="off"
      spellCheck={name !== 'name' ? false : undefined}
      data-autofocus={name === 'name' || undefined}
    />
  );
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
      {line('name', false)}
      {line('login', true, text.panel.loginHelp)}
      {line('email', false)}
    </Panel>
  );
}
