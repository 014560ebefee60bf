import { Button, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { CardTable } from '@/patterns/CardTable';
import { Card, Facts } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { sso } from '@/words/sso';
import { Claims, OutcomeState } from './Attempts';
import { type Attempt, attemptsQuery, type Provider } from './queries';
import { ruleText } from './ruleText';

const text = sso.test;

/** What came of a test: the newest attempt with its claims, what the mapping makes of them, and which rules hit. */
export function TestResult({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const { data, error, refetch } = useQuery(attemptsQuery(provider.id));
  const newest = data?.[0];
  return (
    <Card
      title={text.title}
      act={
        <Button size="xs" variant="default" onClick={onClose}>
          {text.close}
        </Button>
      }
    >
      {newest ? (
        <Result attempt={newest} provider={provider} />
      ) : data ? (
        <Text size="sm" role="status">
          {text.waits}
        </Text>
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <RowsSkeleton rows={4} />
      )}
    </Card>
  );
}

function Result({ attempt: a, provider }: { attempt: Attempt; provider: Provider }) {
  const good = a.outcome === 'tested' || a.outcome === 'signed_in';
  const how = sso.attempts.hows[a.how as keyof typeof sso.attempts.hows];
  const facts: [string, ReactNode][] = [
    [sso.attempts.when, <Time key="at" at={a.at} />],
    [sso.attempts.said, a.message && <bdi key="said">{a.message}</bdi>],
    [text.would, good && (a.login ? <bdi key="login">{a.login}</bdi> : text.wouldNew)],
    [sso.attempts.how, how],
    [
      sso.attempts.subject,
      a.subject && (
        <bdi key="subject" className="mono">
          {a.subject}
        </bdi>
      ),
    ],
    [sso.attempts.granted, a.granted?.join(', ')],
    [sso.attempts.revoked, a.revoked?.join(', ')],
    [sso.attempts.changed, a.changed?.join(', ')],
    [sso.attempts.skipped, a.skipped?.join(', ')],
  ];
  return (
    <Stack gap="sm" role="status">
      <div>
        <OutcomeState outcome={a.outcome} />
      </div>
      <Text size="sm">{good ? text.good : text.bad}</Text>
      {a.overage && <Text size="sm">{sso.attempts.overage}</Text>}
      <Facts facts={facts.filter(([, value]) => Boolean(value))} />
      <Title order={3} size="sm">
        {sso.attempts.claims}
      </Title>
      <Claims attempt={a} />
      {Boolean(a.claims?.length) && <Mapped attempt={a} provider={provider} />}
      {Boolean(a.claims?.length && provider.rules?.length) && <Hits attempt={a} provider={provider} />}
    </Stack>
  );
}

function Mapped({ attempt, provider }: { attempt: Attempt; provider: Provider }) {
  const mapping = provider.mapping ?? [];
  const sent = (claim: string) => attempt.claims?.find((c) => c.name === claim)?.values?.[0];
  const value = (field: string) => mapping.map((m) => (m.field === field ? sent(m.claim) : undefined)).find((one) => one?.trim());
  return (
    <CardTable label={`${text.title}: ${sso.mapping.title}`} heads={[sso.mapping.field, sso.mapping.value]} spacing={4}>
      {[...new Set(mapping.map((m) => m.field))].map((field) => (
        <Table.Tr key={field}>
          <Table.Td className="mono" style={{ overflowWrap: 'normal', whiteSpace: 'nowrap' }}>
            {field}
          </Table.Td>
          <Table.Td data-long data-label={sso.mapping.value}>
            {value(field) !== undefined ? (
              <bdi>{value(field)}</bdi>
            ) : (
              <Text span inherit c="dimmed">
                {sso.mapping.noValue}
              </Text>
            )}
          </Table.Td>
        </Table.Tr>
      ))}
    </CardTable>
  );
}

function Hits({ attempt, provider }: { attempt: Attempt; provider: Provider }) {
  return (
    <CardTable label={`${text.title}: ${sso.rules.hits}`} heads={[sso.rules.hits, sso.column.state]} spacing={4}>
      {(provider.rules ?? []).map((rule) => {
        const hit = attempt.rules?.includes(rule.id ?? '') ?? false;
        return (
          <Table.Tr key={rule.id}>
            <Table.Td data-long>{ruleText(rule)}</Table.Td>
            <Table.Td>
              <Status tone={hit ? 'good' : 'off'}>{hit ? sso.rules.hit : sso.rules.noHit}</Status>
            </Table.Td>
          </Table.Tr>
        );
      })}
    </CardTable>
  );
}
