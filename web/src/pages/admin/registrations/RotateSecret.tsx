import { NativeSelect, Paper, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Panel } from '@/patterns/Panel';
import { SecretOnce } from '@/patterns/SecretOnce';
import { exactTime, Time } from '@/patterns/Time';
import { words } from '@/words';
import { nameOf } from './Credentials';
import { type Registration, registrationsKey, usable } from './queries';

const text = words.registrations;

const week = '604800';

interface Props {
  mode: 'rotate' | 'addSecret' | undefined;
  registration: Registration;
  onClose: () => void;
}

/** A new client secret: in place of one that goes on for a while, after saying when and from where that was last used; or besides. */
export function RotateSecret({ mode, registration, onClose }: Props) {
  const client = useQueryClient();
  const secrets = usable(registration).filter((c) => c.kind === 'secret');
  const [replaces, setReplaces] = useState('');
  const [grace, setGrace] = useState(week);
  const [label, setLabel] = useState('');
  const [made, setMade] = useState<Schema<'IssuedSecret'>>();
  useEffect(() => {
    if (!mode) return;
    setReplaces('');
    setGrace(week);
    setLabel('');
  }, [mode]);
  const old = secrets.find((c) => c.id === replaces) ?? secrets[0];
  const rotates = mode === 'rotate';

  const submit = async () => {
    const issued = await body(
      api.POST('/registrations/{id}/secrets', {
        params: { path: { id: registration.id } },
        body: { label: label || undefined, ...(rotates && { grace_seconds: Number(grace), replaces: old?.id }) },
      }),
    );
    await client.invalidateQueries({ queryKey: registrationsKey });
    onClose();
    setMade(issued);
  };

  return (
    <>
      <Panel
        opened={mode !== undefined}
        title={rotates ? text.rotate.title : text.addSecret.title}
        submit={rotates ? text.rotate.act : text.addSecret.act}
        dirty={label !== ''}
        onSubmit={submit}
        onClose={onClose}
        labels={{ label: text.addSecret.label, grace_seconds: text.rotate.grace }}
      >
        {rotates && (
          <>
            <Text size="sm">{text.rotate.intro}</Text>
            {secrets.length > 1 && (
              <NativeSelect
                label={text.rotate.which}
                value={old?.id}
                onChange={(e) => setReplaces(e.currentTarget.value)}
                data={secrets.map((c) => ({ value: c.id, label: `${nameOf(c)} (${c.hint}…)` }))}
              />
            )}
            {old && (
              <Paper withBorder p="sm">
                <Text size="sm" fw={600}>
                  {text.rotate.old}
                </Text>
                <Text size="sm">
                  {old.last_used_at ? (
                    <>
                      {text.rotate.lastUsed} <Time at={old.last_used_at} /> {old.last_address && text.record.from(old.last_address)}
                    </>
                  ) : (
                    text.rotate.neverUsed
                  )}
                </Text>
              </Paper>
            )}
            <NativeSelect
              label={text.rotate.grace}
              value={grace}
              onChange={(e) => setGrace(e.currentTarget.value)}
              data={Object.entries(text.rotate.graces).map(([value, name]) => ({ value, label: name }))}
              error={grace === '0' ? text.rotate.atOnce : undefined}
              data-autofocus
            />
          </>
        )}
        <TextInput
          label={`${text.addSecret.label} (${words.state.optional})`}
          description={text.addSecret.labelHelp}
          value={label}
          onChange={(e) => setLabel(e.currentTarget.value)}
          data-autofocus={rotates ? undefined : true}
        />
      </Panel>
      <SecretOnce
        title={text.rotate.made}
        intro={text.complete.intro(registration.application)}
        file={`${text.complete.file}-${registration.client_id}`}
        values={
          made && [
            { caption: text.record.clientId, value: made.client_id },
            { caption: text.record.secret, value: made.client_secret ?? '', secret: true },
          ]
        }
        note={made?.replaced?.expires_at ? `${text.rotate.until} ${exactTime(made.replaced.expires_at)}. ${text.rotate.done}` : undefined}
        onClose={() => setMade(undefined)}
      />
    </>
  );
}
