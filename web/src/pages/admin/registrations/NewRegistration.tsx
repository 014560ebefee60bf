import { Checkbox, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Problem } from '@/api/problem';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { registrationsKey, scopesQuery, typesQuery } from './queries';

const text = words.registrations.panel;

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (issued: Schema<'IssuedRegistration'>) => void;
}

/** New app registration: choose the application, Continue; describe it, Register (spec C3, C4). */
export function NewRegistration({ opened, onClose, onMade }: Props) {
  const client = useQueryClient();
  const types = useQuery({ ...typesQuery, enabled: opened }).data ?? [];
  const scopes = useQuery({ ...scopesQuery, enabled: opened }).data ?? [];
  const [type, setType] = useState('');
  const [second, setSecond] = useState(false);
  const [description, setDescription] = useState('');
  const [granted, setGranted] = useState<string[]>([]);
  const [fields, setFields] = useState<Record<string, string>>({});
  const chosen = types.find((t) => t.id === type);

  useEffect(() => {
    if (!opened) return;
    setType('');
    setSecond(false);
    setDescription('');
    setFields({});
  }, [opened]);

  const go = () => {
    if (!chosen) {
      setFields({ type: text.chooseFirst });
      throw new Problem({ status: 400, code: 'type_missing', errors: [{ field: 'type', message: text.chooseFirst }] });
    }
    setFields({});
    setGranted(chosen.scopes);
    setSecond(true);
  };
  const register = async () => {
    const issued = await body(
      api.POST('/registrations', { body: { type, description: description || undefined, scopes: chosen?.editable ? granted : undefined } }),
    );
    await client.invalidateQueries({ queryKey: registrationsKey });
    onMade(issued);
  };

  return (
    <Panel
      opened={opened}
      title={second && chosen ? chosen.caption : text.title}
      onClose={onClose}
      onSubmit={second ? register : go}
      submit={second ? text.register : words.do.continue}
      onBack={second ? () => setSecond(false) : undefined}
      dirty={description !== ''}
      labels={{ type: text.application, description: text.description, scopes: text.scopes }}
      onFieldErrors={setFields}
    >
      {second && chosen ? (
        <>
          <Text size="sm" c="dimmed">
            {chosen.description}
          </Text>
          <Textarea
            key="description"
            label={`${text.description} (${words.state.optional})`}
            description={text.descriptionHelp}
            value={description}
            onChange={(e) => setDescription(e.currentTarget.value)}
            error={fields.description}
            autosize
            minRows={2}
            data-autofocus
            autoFocus
          />
          {chosen.editable ? (
            <Checkbox.Group label={text.scopes} description={text.scopesHelp} value={granted} onChange={setGranted} error={fields.scopes}>
              <Stack gap="xs" mt="xs">
                {scopes.map((s) => (
                  <Checkbox key={s.name} value={s.name} label={s.name} description={s.help} />
                ))}
              </Stack>
            </Checkbox.Group>
          ) : (
            <Text size="sm">
              {text.opens}: <span className="mono">{chosen.scopes.join(', ')}</span>
            </Text>
          )}
        </>
      ) : (
        <NativeSelect
          label={`${text.application} (${words.state.required})`}
          description={chosen?.description ?? text.applicationHelp}
          value={type}
          onChange={(e) => {
            setType(e.currentTarget.value);
            setFields({});
          }}
          data={[{ value: '', label: text.choose }, ...types.map((t) => ({ value: t.id, label: t.caption }))]}
          error={fields.type}
          data-autofocus
        />
      )}
    </Panel>
  );
}
