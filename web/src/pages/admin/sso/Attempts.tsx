import { Anchor, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { Fragment, type ReactNode, useState } from 'react';
import { CardTable } from '@/patterns/CardTable';
import { CopyButton } from '@/patterns/CopyButton';
import { Facts } from '@/patterns/Record';
import { exactTime, Time } from '@/patterns/Time';
import { count, words } from '@/words';
import { sso } from '@/words/sso';
import type { Attempt, Rule } from './queries';
import { ruleText } from './ruleText';

const text = sso.attempts;

/** What came of an attempt, in words. */
export const outcomeText = (outcome: string): string =>
  sso.outcomes[outcome as keyof typeof sso.outcomes] ?? (outcome.startsWith('provider_') ? sso.outcomes.provider_error : sso.refused);

const worked = (outcome: string): boolean => ['signed_in', 'tested', 'confirmed'].includes(outcome);

/** What came of an attempt: a sentence, so no badge that cuts it. */
export function OutcomeState({ outcome }: { outcome: string }) {
  const Shown = worked(outcome) ? IconCircleCheck : IconCircleX;
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Shown
        size={16}
        aria-hidden
        color={worked(outcome) ? 'var(--mantine-color-anchor)' : 'var(--mantine-color-error)'}
        style={{ flexShrink: 0, marginTop: 3 }}
      />
      <Text span inherit>
        {outcomeText(outcome)}
      </Text>
    </Group>
  );
}

const few = 10;

/** Attempts to sign in, newest first; each opens to what was said. */
export function Attempts({ attempts, label, rules = [] }: { attempts: Attempt[]; label: string; rules?: Rule[] }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const toggle = (id: string) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  if (attempts.length === 0)
    return (
      <Text size="sm" role="status">
        {text.none}
      </Text>
    );
  return (
    <>
      <CardTable label={label} heads={[{ hidden: words.list.actions }, text.when, text.outcome, text.who]}>
        {(all ? attempts : attempts.slice(0, few)).map((a) => {
          const Shown = open.has(a.id) ? IconChevronDown : IconChevronRight;
          return (
            <Fragment key={a.id}>
              <Table.Tr data-opens>
                <Table.Td w={36}>
                  <UnstyledButton
                    onClick={() => toggle(a.id)}
                    aria-expanded={open.has(a.id)}
                    aria-label={text.more(`${outcomeText(a.outcome)}, ${exactTime(a.at)}`)}
                    style={{ display: 'flex', padding: 4 }}
                  >
                    <Shown size={16} />
                  </UnstyledButton>
                </Table.Td>
                <Table.Td>
                  <Time at={a.at} />
                </Table.Td>
                <Table.Td>
                  <OutcomeState outcome={a.outcome} />
                  {a.request_id && (
                    <Text size="xs" c="dimmed" className="mono" ml={22} style={{ overflowWrap: 'anywhere' }}>
                      {a.request_id}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td data-long data-third data-label={a.login || a.subject ? text.who : undefined}>
                  <bdi>{a.login || a.subject}</bdi>
                </Table.Td>
              </Table.Tr>
              {open.has(a.id) && (
                <Table.Tr>
                  <Table.Td />
                  <Table.Td colSpan={3}>
                    <AttemptDetail attempt={a} rules={rules} />
                  </Table.Td>
                </Table.Tr>
              )}
            </Fragment>
          );
        })}
      </CardTable>
      {attempts.length > few && (
        <Anchor component="button" type="button" size="sm" mt="xs" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? sso.identities.fewer : sso.identities.more(String(attempts.length))}
        </Anchor>
      )}
    </>
  );
}

/** All that is kept of an attempt. */
export function AttemptDetail({ attempt: a, rules }: { attempt: Attempt; rules: Rule[] }) {
  const known = sso.attempts.hows[a.how as keyof typeof text.hows];
  const facts: [string, ReactNode][] = [
    [text.said, a.message && <bdi key="said">{a.message}</bdi>],
    [
      text.code,
      !worked(a.outcome) && (
        <span key="code" className="mono">
          {a.outcome}
        </span>
      ),
    ],
    [
      text.subject,
      a.subject && (
        <bdi key="subject" className="mono">
          {a.subject}
        </bdi>
      ),
    ],
    [text.flow, a.flow && text.flows[a.flow]],
    [text.address, a.address],
    [
      text.reference,
      a.request_id && (
        <Group key="reference" gap={4} wrap="nowrap">
          <span className="mono">{a.request_id}</span>
          <CopyButton value={a.request_id} label={text.reference} />
        </Group>
      ),
    ],
    [text.how, known ?? a.how],
    [text.rules, ruleNames(a, rules)],
    [text.granted, a.granted?.join(', ')],
    [text.revoked, a.revoked?.join(', ')],
    [text.changed, a.changed?.join(', ')],
    [text.skipped, a.skipped?.join(', ')],
  ];
  return (
    <Stack gap="sm" py={4}>
      {a.overage && <Text size="sm">{text.overage}</Text>}
      <Facts facts={facts.filter(([, value]) => Boolean(value))} />
      <Claims attempt={a} />
    </Stack>
  );
}

function ruleNames(a: Attempt, rules: Rule[]): string | undefined {
  return a.rules
    ?.map((id) => {
      const place = rules.findIndex((rule) => rule.id === id);
      const found = rules[place];
      return found ? `${sso.rules.rule(String(place + 1))}: ${ruleText(found)}` : id;
    })
    .join('; ');
}

/** The claims of an attempt; their values are kept of tests alone. */
export function Claims({ attempt: a }: { attempt: Attempt }) {
  if (!a.claims?.length)
    return (
      <Text size="sm" c="dimmed">
        {text.noClaims}
      </Text>
    );
  return (
    <CardTable label={`${text.claims}: ${exactTime(a.at)}`} heads={[text.claim, text.valuesOf]} spacing={4}>
      {a.claims.map((c) => (
        <Table.Tr key={c.name}>
          <Table.Td className="mono" data-long>
            <bdi>{c.name}</bdi>
          </Table.Td>
          <Table.Td data-long data-label={text.valuesOf}>
            {c.values ? (
              c.values.map((value, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: values may be the same, and never change their order
                <div key={i}>
                  <bdi>{value}</bdi>
                </div>
              ))
            ) : (
              <Text span inherit c="dimmed">
                {text.hidden(count(c.count, text.valueOne, text.valueMany))}
              </Text>
            )}
          </Table.Td>
        </Table.Tr>
      ))}
    </CardTable>
  );
}
