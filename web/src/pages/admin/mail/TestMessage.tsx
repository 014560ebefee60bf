import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { problemOf } from '@/api/problem';
import { useMe } from '@/app/session';
import { ProblemText } from '@/patterns/ProblemText';
import { Card } from '@/patterns/Record';
import { words } from '@/words';

const text = words.mail.test;

/** Sends a test message and shows what became of it, in the server's own words. */
export function TestMessage({ configured }: { configured: boolean }) {
  const me = useMe();
  const [to, setTo] = useState(me.person.email);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Schema<'MailTestResult'> & { to: string }>();
  const [error, setError] = useState<unknown>();
  const field = error === undefined ? undefined : problemOf(error).fields.to;

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    setOutcome(undefined);
    try {
      setOutcome({ ...(await body(api.POST('/mail/test', { body: { to: to.trim() } }))), to: to.trim() });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Card title={text.title}>
      <form onSubmit={(event) => void send(event)} noValidate>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {text.help}
          </Text>
          <TextInput
            type="email"
            label={text.to}
            value={to}
            onChange={(e) => setTo(e.currentTarget.value)}
            error={field}
            disabled={!configured}
          />
          <Group>
            <Button type="submit" variant="default" loading={busy} disabled={!configured || !to.trim()}>
              {text.act}
            </Button>
          </Group>
          <div role="status">
            {outcome?.sent && <Text size="sm">{text.sent(outcome.to)}</Text>}
            {outcome && !outcome.sent && (
              <Alert color="red" variant="light" title={text.failed}>
                <span className="mono">{outcome.error}</span>
              </Alert>
            )}
          </div>
          {!field && <ProblemText error={error} />}
        </Stack>
      </form>
    </Card>
  );
}
