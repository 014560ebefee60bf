import { Alert, Button, Group, NativeSelect, NumberInput, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, type Schema } from '@/api/client';
import { problemOf } from '@/api/problem';
import { useUnsaved } from '@/app/unsaved';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { ProblemText } from '@/patterns/ProblemText';
import { Card } from '@/patterns/Record';
import { words } from '@/words';
import { mailKey, type Server } from './queries';

const text = words.mail.server;

type Security = Schema<'MailServer'>['security'];

const usual: Record<Security, number> = { starttls: 587, tls: 465, none: 25 };

const draftOf = (server: Server) => ({
  host: server.host,
  port: server.configured && server.port !== usual[server.security] ? server.port : ('' as number | ''),
  security: server.security,
  from: server.from,
  user: server.user,
});

/** The mail server. Its password goes in and never comes out. */
export function ServerForm({ server }: { server: Server }) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(server));
  const [password, setPassword] = useState<string>(); // undefined: the one there is stays
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [forgetting, setForgetting] = useState(false);
  const fields = error === undefined ? {} : problemOf(error).fields;
  const change = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }));
  useUnsaved(!busy && (Boolean(password) || JSON.stringify(draft) !== JSON.stringify(draftOf(server))));
  const asks = !server.has_password || password !== undefined;

  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await api.PUT('/mail', {
        body: {
          host: draft.host.trim(),
          port: draft.port === '' ? undefined : draft.port,
          security: draft.security,
          from: draft.from.trim(),
          user: draft.user.trim() || undefined,
          password: password || undefined,
        },
      });
      setPassword(undefined);
      await client.invalidateQueries({ queryKey: mailKey });
      done(text.saved);
    } catch (thrown) {
      setError(thrown);
      if (problemOf(thrown).fields.password) setPassword('');
    } finally {
      setBusy(false);
    }
  };
  const forget = async () => {
    await api.DELETE('/mail');
    await client.invalidateQueries({ queryKey: mailKey });
    done(text.forgotten);
    setForgetting(false);
  };

  return (
    <Card
      title={text.title}
      act={
        server.configured && (
          <Button size="xs" variant="subtle" color="gray" onClick={() => setForgetting(true)}>
            {text.forget}
          </Button>
        )
      }
    >
      <form onSubmit={(event) => void save(event)} noValidate>
        <Stack gap="md" maw={520}>
          {!server.configured && (
            <Alert color="yellow" variant="light" role="note">
              {text.none}
            </Alert>
          )}
          <TextInput
            label={`${text.host} (${words.state.required})`}
            description={text.hostHelp}
            value={draft.host}
            onChange={(e) => change({ host: e.currentTarget.value })}
            error={fields.host}
            autoComplete="off"
            spellCheck={false}
          />
          <NativeSelect
            label={text.security}
            description={draft.security === 'none' ? text.open : undefined}
            value={draft.security}
            onChange={(e) => change({ security: e.currentTarget.value as Security })}
            data={Object.entries(text.kinds).map(([value, label]) => ({ value, label }))}
            error={fields.security}
          />
          <NumberInput
            label={text.port}
            description={text.portHelp}
            placeholder={String(usual[draft.security])}
            value={draft.port}
            onChange={(value) => change({ port: typeof value === 'number' ? value : '' })}
            min={1}
            max={65535}
            allowDecimal={false}
            hideControls
            error={fields.port}
          />
          <TextInput
            label={`${text.from} (${words.state.required})`}
            description={text.fromHelp}
            value={draft.from}
            onChange={(e) => change({ from: e.currentTarget.value })}
            error={fields.from}
            autoComplete="off"
          />
          <TextInput
            label={text.user}
            description={text.userHelp}
            value={draft.user}
            onChange={(e) => change({ user: e.currentTarget.value })}
            error={fields.user}
            autoComplete="off"
            spellCheck={false}
          />
          {asks ? (
            <PasswordInput
              label={text.password}
              description={text.passwordHelp}
              value={password ?? ''}
              onChange={(e) => setPassword(e.currentTarget.value)}
              error={fields.password}
              autoComplete="new-password"
            />
          ) : (
            <Group gap="sm">
              <div>
                <Text size="sm" fw={600}>
                  {text.password}
                </Text>
                <Text size="sm">{text.kept}</Text>
              </div>
              <Button size="xs" variant="default" onClick={() => setPassword('')}>
                {text.change}
              </Button>
            </Group>
          )}
          {Object.keys(fields).length === 0 && <ProblemText error={error} />}
          <Group>
            <Button type="submit" loading={busy} disabled={!draft.host.trim() || !draft.from.trim()}>
              {words.do.save}
            </Button>
          </Group>
        </Stack>
      </form>
      <Confirm
        opened={forgetting}
        title={text.forgetTitle}
        act={text.forget}
        name={server.host}
        onConfirm={forget}
        onClose={() => setForgetting(false)}
      >
        {text.forgetEffect}
      </Confirm>
    </Card>
  );
}
