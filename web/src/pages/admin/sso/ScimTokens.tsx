import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { ActTable } from '@/patterns/ActTable';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Card } from '@/patterns/Record';
import { SecretOnce } from '@/patterns/SecretOnce';
import { EmptyState, ErrorState, RowsSkeleton } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { count } from '@/words';
import { scim } from '@/words/scim';
import { NewScimToken } from './NewScimToken';
import { entraURL, type MadeToken, scimKey, summaryQuery, type Token, tokensQuery } from './scimQueries';

const text = scim.tokens;

const mostTokens = 2; // that count at once

/** The tokens of identity providers: make one, replace it, withdraw it. */
export function ScimTokens() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(tokensQuery);
  const kept = useQuery(summaryQuery).data;
  const [making, setMaking] = useState<{ replaces?: Token }>();
  const [made, setMade] = useState<MadeToken>();
  const [leaving, setLeaving] = useState<Token>();
  const counting = (data ?? []).filter((t) => !t.expired);
  const full = counting.length >= mostTokens;
  const last = leaving && !leaving.expired && counting.length === 1;

  const withdraw = async () => {
    if (!leaving) return;
    await api.DELETE('/scim/tokens/{id}', { params: { path: { id: leaving.id } } });
    await client.invalidateQueries({ queryKey: scimKey });
    done(text.withdrawn(leaving.label));
    setLeaving(undefined);
  };
  const make = (
    <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setMaking({})}>
      {text.new}
    </Button>
  );
  return (
    <Card title={text.title} act={data && data.length > 0 && !full && make}>
      {data ? (
        data.length === 0 ? (
          <EmptyState icon={IconKey} title={text.empty} act={<Button onClick={() => setMaking({})}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        ) : (
          <Stack gap="sm">
            <Text size="sm" c="dimmed">
              {text.intro} {full && text.two}
            </Text>
            <Tokens tokens={data} full={full} onReplace={(replaces) => setMaking({ replaces })} onWithdraw={setLeaving} />
          </Stack>
        )
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <RowsSkeleton rows={2} />
      )}
      <NewScimToken
        opened={making !== undefined}
        replaces={making?.replaces}
        onClose={() => setMaking(undefined)}
        onMade={(token) => {
          setMaking(undefined);
          setMade(token);
        }}
      />
      <SecretOnce
        title={text.made}
        intro={text.madeIntro}
        file="scim-token"
        values={
          made && [
            { caption: text.tenantURL, value: entraURL(kept?.tenant_url ?? `${location.origin}/scim/v2`) },
            { caption: scim.hand.secret, value: made.token, secret: true },
          ]
        }
        onClose={() => setMade(undefined)}
      />
      <Confirm
        opened={leaving !== undefined}
        title={text.withdrawTitle(leaving?.label ?? '')}
        act={text.withdraw}
        onConfirm={withdraw}
        onClose={() => setLeaving(undefined)}
      >
        <Text size="sm">
          {text.withdrawEffect}{' '}
          {last &&
            kept &&
            text.withdrawLast(
              count(kept.people, scim.hand.people, scim.hand.peopleMany),
              count(kept.groups, scim.hand.groups, scim.hand.groupsMany),
            )}
        </Text>
        <Text size="sm" mt={6}>
          {text.used}: <Time at={leaving?.last_used_at} none={text.unused} />
        </Text>
      </Confirm>
    </Card>
  );
}

interface TokensProps {
  tokens: Token[];
  full: boolean;
  onReplace: (token: Token) => void;
  onWithdraw: (token: Token) => void;
}

function Tokens({ tokens, full, onReplace, onWithdraw }: TokensProps) {
  return (
    <ActTable label={text.title} heads={[text.label, text.state, text.used, text.expires, text.created]}>
      {tokens.map((t) => (
        <Table.Tr key={t.id} style={{ verticalAlign: 'top' }}>
          <Table.Td data-long maw={260}>
            <Text size="sm" fw={600}>
              <bdi>{t.label}</bdi>
            </Text>
            <span className="mono">{t.hint}…</span>
          </Table.Td>
          <Table.Td data-label={text.state}>
            <Status tone={t.expired ? 'off' : 'good'}>{t.expired ? text.expired : text.good}</Status>
          </Table.Td>
          <Table.Td data-label={text.used}>
            <Time at={t.last_used_at} none={text.unused} />
            {t.last_used_from && (
              <Text size="xs" c="dimmed">
                {text.usedFrom(t.last_used_from)}
              </Text>
            )}
          </Table.Td>
          <Table.Td data-label={text.expires}>
            <Time at={t.expires_at} none={text.never} />
          </Table.Td>
          <Table.Td data-long data-label={text.created}>
            <Time at={t.created_at} />
            {t.created_by && (
              <Text size="xs" c="dimmed">
                {text.createdBy(t.created_by)}
              </Text>
            )}
          </Table.Td>
          <Table.Td data-acts>
            <Group gap={4} justify="flex-end">
              {!full && (
                <Button size="compact-sm" variant="default" aria-label={text.replaceOf(t.label)} onClick={() => onReplace(t)}>
                  {text.replace}
                </Button>
              )}
              <Button size="compact-sm" variant="subtle" color="gray" aria-label={text.withdrawOf(t.label)} onClick={() => onWithdraw(t)}>
                {text.withdraw}
              </Button>
            </Group>
          </Table.Td>
        </Table.Tr>
      ))}
    </ActTable>
  );
}
