import { Checkbox, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type Schema } from '@/api/client';
import { useSavedElsewhere } from '@/app/live';
import { Changed } from '@/patterns/Changed';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { type Registration, registrationQuery, registrationsKey, scopesQuery, typesQuery } from './queries';

const text = words.registrations;

const draftOf = (r: Registration) => ({
  application: r.application,
  description: r.description,
  owner: r.owner,
  contact: r.contact,
  environment: r.environment,
  role: r.role,
  on_behalf_of: r.on_behalf_of,
  cidrs: r.cidrs.join('\n'),
  access_token_lifetime: r.access_token_lifetime,
  scopes: r.scopes,
});

type Draft = ReturnType<typeof draftOf>;

/** What a draft changes, in the form the API takes it. */
export function changesOf(r: Registration, draft: Draft): Schema<'RegistrationChange'> {
  const before = draftOf(r);
  const { cidrs, ...rest } = Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof Draft])),
  ) as Partial<Draft>;
  return { ...rest, ...(cidrs !== undefined && { cidrs: cidrs.split(/[\s,]+/).filter(Boolean) }) };
}

/** Edits what may be changed of a registration. */
export function EditRegistration({ opened, registration, onClose }: { opened: boolean; registration: Registration; onClose: () => void }) {
  const client = useQueryClient();
  const type = useQuery(typesQuery).data?.find((t) => t.id === registration.type);
  const scopes = useQuery({ ...scopesQuery, enabled: opened }).data ?? [];
  const [draft, setDraft] = useState(() => draftOf(registration));
  const [fields, setFields] = useState<Record<string, string>>({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed stays when the registration is read again
  useEffect(() => {
    if (!opened) return;
    setDraft(draftOf(registration));
    setFields({});
  }, [opened]);
  const [saved, forget] = useSavedElsewhere('registration', registration.id, opened);
  const load = async () => {
    setDraft(draftOf(await client.fetchQuery({ ...registrationQuery(registration.id), staleTime: 0 })));
    forget();
  };
  const changes = changesOf(registration, draft);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));

  const submit = async () => {
    await api.PATCH('/registrations/{id}', { params: { path: { id: registration.id } }, body: changes });
    await client.invalidateQueries({ queryKey: registrationsKey });
    done(words.state.saved);
    onClose();
  };
  const line = (
    name: 'application' | 'description' | 'owner' | 'contact' | 'environment' | 'role' | 'on_behalf_of',
    label: string,
    help?: string,
  ) => (
    <TextInput
      label={label}
      description={help}
      value={draft[name]}
      onChange={(e) => change({ [name]: e.currentTarget.value })}
      error={fields[name]}
    />
  );
  const labels = {
    application: text.edit.name,
    description: text.column.description,
    owner: text.record.owner,
    contact: text.record.contact,
    environment: text.record.environment,
    cidrs: text.record.networks,
    access_token_lifetime: text.record.lifetime,
    scopes: text.record.scopes,
    role: text.record.role,
    on_behalf_of: text.record.onBehalfOf,
  };

  return (
    <Panel
      opened={opened}
      title={text.edit.title}
      submit={words.do.save}
      dirty={Object.keys(changes).length > 0}
      onSubmit={submit}
      onClose={onClose}
      labels={labels}
      onFieldErrors={setFields}
    >
      <Changed shown={saved} onLoad={() => void load()} onKeep={forget} />
      {line('application', labels.application)}
      {line('description', labels.description)}
      {line('owner', labels.owner, text.edit.ownerHelp)}
      {line('contact', labels.contact, text.edit.contactHelp)}
      {line('environment', labels.environment)}
      <Textarea
        label={labels.cidrs}
        description={text.edit.networksHelp}
        value={draft.cidrs}
        onChange={(e) => change({ cidrs: e.currentTarget.value })}
        error={fields.cidrs}
        autosize
        minRows={2}
        classNames={{ input: 'mono' }}
      />
      <NumberInput
        label={labels.access_token_lifetime}
        description={text.edit.lifetimeHelp}
        value={draft.access_token_lifetime}
        onChange={(value) => change({ access_token_lifetime: Number(value) })}
        error={fields.access_token_lifetime}
        allowDecimal={false}
        hideControls
      />
      {line('role', labels.role, text.edit.roleHelp)}
      {line('on_behalf_of', labels.on_behalf_of, text.edit.onBehalfOfHelp)}
      {type?.editable ? (
        <Checkbox.Group label={labels.scopes} value={draft.scopes} onChange={(value) => change({ scopes: value })} error={fields.scopes}>
          <Stack gap="xs" mt="xs">
            {scopes.map((s) => (
              <Checkbox key={s.name} value={s.name} label={s.name} description={s.help} />
            ))}
          </Stack>
        </Checkbox.Group>
      ) : (
        <Text size="sm" c="dimmed">
          {text.edit.scopesFixed}
        </Text>
      )}
    </Panel>
  );
}
