import { JsonInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { Problem } from '@/api/problem';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { type Registration, registrationsKey } from './queries';

const text = words.registrations.addKey;

/** Adds public keys with which the application proves itself (private_key_jwt). */
export function AddKey({ opened, registration, onClose }: { opened: boolean; registration: Registration; onClose: () => void }) {
  const client = useQueryClient();
  const [jwk, setJWK] = useState('');
  const [label, setLabel] = useState('');
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!opened) return;
    setJWK('');
    setLabel('');
    setFields({});
  }, [opened]);

  const submit = async () => {
    let key: unknown;
    try {
      key = JSON.parse(jwk);
    } catch (error) {
      throw new Problem({ status: 400, code: 'not_json', errors: [{ field: 'jwk', message: text.notJSON }] }, error);
    }
    await api.POST('/registrations/{id}/keys', {
      params: { path: { id: registration.id } },
      body: { jwk: key, label: label || undefined },
    });
    await client.invalidateQueries({ queryKey: registrationsKey });
    done(text.added);
    onClose();
  };

  return (
    <Panel
      opened={opened}
      title={text.title}
      submit={text.act}
      dirty={jwk !== '' || label !== ''}
      onSubmit={submit}
      onClose={onClose}
      labels={{ jwk: text.jwk, label: text.label }}
      onFieldErrors={setFields}
    >
      <JsonInput
        label={`${text.jwk} (${words.state.required})`}
        description={text.jwkHelp}
        value={jwk}
        onChange={setJWK}
        error={fields.jwk}
        autosize
        minRows={8}
        maxRows={18}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        data-autofocus
      />
      <TextInput
        label={`${text.label} (${words.state.optional})`}
        value={label}
        onChange={(e) => setLabel(e.currentTarget.value)}
        error={fields.label}
      />
    </Panel>
  );
}
