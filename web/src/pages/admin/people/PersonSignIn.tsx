import { Button, Divider, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Row, Rows } from '@/pages/account/Rows';
import { sessionName } from '@/pages/account/Sessions';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Card } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { count, words } from '@/words';
import { BreakGlass } from './BreakGlass';
import { type PersonDetail, rightsQuery, roleLabel } from './queries';

const text = words.mine.person;
const sessionText = words.mine.sessions;

const key = (id: string) => ['sign-in', id] as const;

/** Second factors and sessions of somebody else: which there are, reset, end. */
export function PersonSignIn({ person }: { person: PersonDetail }) {
  const client = useQueryClient();
  const path = { params: { path: { id: person.id } } };
  const factors = useQuery({ queryKey: [...key(person.id), 'factors'], queryFn: () => body(api.GET('/people/{id}/factors', path)) });
  const sessions = useQuery({
    queryKey: [...key(person.id), 'sessions'],
    queryFn: async () => (await body(api.GET('/browser-sessions', { params: { query: { person: person.id, limit: 200 } } }))).items,
  });
  const rights = useQuery(rightsQuery(person.id));
  const administers = person.break_glass || (rights.data?.roles.some((role) => role.admin) ?? false);
  const [asking, setAsking] = useState<'reset' | 'all' | Schema<'BrowserSession'>>();
  const one = typeof asking === 'object' ? asking : undefined;

  const changed = async (message: string) => {
    await client.invalidateQueries({ queryKey: key(person.id) });
    done(message);
    setAsking(undefined);
  };
  const reset = async () => {
    await api.DELETE('/people/{id}/factors', path);
    await changed(text.resetDone);
  };
  const end = async () => {
    if (one) await api.DELETE('/browser-sessions/{id}', { params: { path: { id: one.id } } });
    else await api.DELETE('/people/{id}/browser-sessions', path);
    await changed(one ? sessionText.ended : text.endedAll);
  };
  const role = (name: string) => roleLabel(person.roles.find((r) => r.name === name) ?? { name });
  const f = factors.data;
  const elsewhere = person.external_sign_in && !person.password_sign_in;
  const some = f !== undefined && (f.totp || f.passkeys > 0 || f.recovery_codes > 0);

  return (
    <Card title={text.title}>
      {(factors.isPending || sessions.isPending || rights.isPending) && <RowsSkeleton rows={2} />}
      {(factors.isError || sessions.isError) && (
        <ErrorState
          error={factors.error ?? sessions.error}
          retry={() => {
            void factors.refetch();
            void sessions.refetch();
          }}
        />
      )}
      {f && sessions.data && !rights.isPending && (
        <Stack gap="md">
          <Row
            alone
            name={text.factors}
            detail={
              some
                ? [
                    f.totp && text.app,
                    f.passkeys > 0 && count(f.passkeys, text.passkeyOne, text.passkeyMany),
                    text.codes(count(f.recovery_codes, text.codeOne, text.codeMany)),
                  ]
                    .filter(Boolean)
                    .join(', ')
                : elsewhere
                  ? text.elsewhere
                  : f.required
                    ? text.noneRequired
                    : text.none
            }
            act={
              some && (
                <Button size="xs" variant="default" onClick={() => setAsking('reset')}>
                  {text.reset}
                </Button>
              )
            }
          />
          {administers && (
            <>
              <Divider color="var(--line)" />
              <BreakGlass person={person} />
            </>
          )}
          <Divider color="var(--line)" />
          <Group justify="space-between">
            <Text size="sm" fw={500}>
              {text.sessions}
            </Text>
            {sessions.data.length > 0 && (
              <Button size="xs" variant="default" onClick={() => setAsking('all')}>
                {text.endAll}
              </Button>
            )}
          </Group>
          {sessions.data.length === 0 ? (
            <Text size="sm" c="dimmed">
              {text.noSessions}
            </Text>
          ) : (
            <Rows label={text.sessions}>
              {sessions.data.map((s) => (
                <Row
                  key={s.id}
                  name={sessionName(s.user_agent)}
                  detail={
                    <>
                      {s.identity_provider && <div>{sessionText.by(s.identity_provider)}</div>}
                      {sessionText.from(s.address)} {sessionText.role(role(s.role))}, {sessionText.used} <Time at={s.seen_at} />
                    </>
                  }
                  act={
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="gray"
                      onClick={() => setAsking(s)}
                      aria-label={`${text.end}: ${sessionName(s.user_agent)}`}
                    >
                      {text.end}
                    </Button>
                  }
                />
              ))}
            </Rows>
          )}
        </Stack>
      )}
      <Confirm
        opened={asking === 'reset'}
        title={text.resetTitle(person.name)}
        act={text.reset}
        onConfirm={reset}
        onClose={() => setAsking(undefined)}
      >
        {text.resetEffect(person.name)}
      </Confirm>
      <Confirm
        opened={asking === 'all' || one !== undefined}
        title={one ? sessionText.endTitle(sessionName(one.user_agent)) : text.endAllTitle(person.name)}
        act={one ? text.end : text.endAll}
        onConfirm={end}
        onClose={() => setAsking(undefined)}
      >
        {one ? sessionText.endEffect : text.endAllEffect}
      </Confirm>
    </Card>
  );
}
