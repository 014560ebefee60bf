import { Button } from '@mantine/core';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { callJSON } from '@/api/client';
import { useMe } from '@/app/session';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Card } from '@/patterns/Record';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { count, words } from '@/words';
import { browserOf } from './browser';
import { type BrowserSession, sessionsKey, sessionsQuery } from './queries';
import { Row, Rows } from './Rows';

const text = words.mine.sessions;

/** What a session is called: browser and system. */
export function sessionName(userAgent: string): string {
  const { browser, system } = browserOf(userAgent);
  return browser ? text.on(browser, system) : text.unknown;
}

/** The person's browser sessions: which is this one, end one, end all others. */
export function Sessions() {
  const me = useMe();
  const { data: sessions } = useSuspenseQuery(sessionsQuery);
  const client = useQueryClient();
  const [ending, setEnding] = useState<BrowserSession | 'others'>();
  const others = sessions.filter((s) => !s.current);
  const label = (name: string) => me.roles.find((role) => role.name === name)?.label ?? name;
  const reload = () => client.invalidateQueries({ queryKey: sessionsKey });

  const end = async () => {
    if (ending === 'others') {
      const { ended } = await callJSON<{ ended: number }>('DELETE', '/api/me/sessions');
      done(text.endedOthers(count(ended, text.one, text.many)));
    } else if (ending) {
      await callJSON('DELETE', `/api/me/sessions/${encodeURIComponent(ending.id)}`);
      done(text.ended);
    }
    await reload();
    setEnding(undefined);
  };

  return (
    <Card
      title={text.title}
      act={
        others.length > 0 && (
          <Button size="xs" variant="default" onClick={() => setEnding('others')}>
            {text.endOthers}
          </Button>
        )
      }
    >
      <Rows label={text.title}>
        {[...sessions]
          .sort((a, b) => Number(b.current) - Number(a.current))
          .map((s) => (
            <Row
              key={s.id}
              name={sessionName(s.user_agent)}
              status={s.current && <Status tone="good">{text.this}</Status>}
              detail={
                <>
                  {s.identity_provider && <div>{text.by(s.identity_provider)}</div>}
                  {text.from(s.address)} {text.role(label(s.role))}, {text.used} <Time at={s.seen_at} />
                </>
              }
              act={
                !s.current && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    onClick={() => setEnding(s)}
                    aria-label={`${text.end}: ${sessionName(s.user_agent)}`}
                  >
                    {text.end}
                  </Button>
                )
              }
            />
          ))}
      </Rows>
      <Confirm
        opened={ending !== undefined}
        title={ending === 'others' ? text.endOthersTitle : text.endTitle(ending ? sessionName(ending.user_agent) : '')}
        act={ending === 'others' ? text.endOthers : text.end}
        onConfirm={end}
        onClose={() => setEnding(undefined)}
      >
        {ending === 'others' ? text.endOthersEffect(count(others.length, text.one, text.many)) : text.endEffect}
      </Confirm>
    </Card>
  );
}
