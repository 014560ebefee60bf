import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { callJSON } from '@/api/client';
import { problemOf } from '@/api/problem';
import { useMe } from '@/app/session';
import { done } from '@/patterns/notice';
import { ProblemText } from '@/patterns/ProblemText';
import { Card } from '@/patterns/Record';
import { words } from '@/words';
import { sessionsKey } from './queries';

const text = words.mine.password;

/** Changes the password: the old one shows that it is the person who asks. Whoever signs in elsewhere is told where it is kept. */
export function Password() {
  const me = useMe();
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const fields = error === undefined ? {} : problemOf(error).fields;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !current || !fresh) return;
    setBusy(true);
    setError(undefined);
    try {
      await callJSON('POST', '/api/me/password', { current, new: fresh });
      setCurrent('');
      setFresh('');
      await client.invalidateQueries({ queryKey: sessionsKey });
      done(text.done);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };

  if (!me.sign_in.local)
    return (
      <Card title={text.title}>
        <Text size="sm">{text.elsewhere(me.sign_in.provider || text.itsProvider)}</Text>
      </Card>
    );
  return (
    <Card title={text.title}>
      <form onSubmit={(event) => void submit(event)}>
        <input type="text" name="username" autoComplete="username" value={me.person.login} readOnly hidden />
        <Stack gap="md" maw={420}>
          <Text size="sm" c="dimmed">
            {text.rules}
          </Text>
          <PasswordInput
            label={text.current}
            value={current}
            onChange={(e) => setCurrent(e.currentTarget.value)}
            error={fields.current}
            autoComplete="current-password"
          />
          <PasswordInput
            label={text.new}
            value={fresh}
            onChange={(e) => setFresh(e.currentTarget.value)}
            error={fields.new}
            autoComplete="new-password"
          />
          {Object.keys(fields).length === 0 && <ProblemText error={error} />}
          <Group>
            <Button type="submit" variant="default" loading={busy} disabled={!current || !fresh}>
              {text.act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
