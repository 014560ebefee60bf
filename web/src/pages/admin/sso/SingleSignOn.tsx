import { Button, Group, Stack, Text } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { type Column, List } from '@/patterns/List';
import { done } from '@/patterns/notice';
import { Card } from '@/patterns/Record';
import { EmptyState, ErrorState, RowsSkeleton } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { count, words } from '@/words';
import { sso } from '@/words/sso';
import { Attempts, OutcomeState, outcomeText } from './Attempts';
import { CertificateState, daysLeft } from './CertificateState';
import { Domains } from './Domains';
import { NewProvider } from './NewProvider';
import { lastToEnd, oursQuery, type Provider, providersKey, strayQuery } from './queries';
import { SAMLKeys } from './SAMLKeys';
import { OurMetadata, samlValues, TileNote, Values } from './Values';

const text = sso.column;

const kindOf = (p: Provider) =>
  p.preset === 'other' ? sso.kinds[p.kind] : (sso.presets[p.preset as keyof typeof sso.presets] ?? sso.kinds[p.kind]);
const problemsOf = (p: Provider) => (p.problems.length > 0 ? count(p.problems.length, sso.problemOne, sso.problemMany) : sso.noProblems);

const columns: Column<Provider>[] = [
  { id: 'name', label: text.name, text: (p) => p.name },
  { id: 'kind', label: text.kind, text: kindOf },
  {
    id: 'state',
    label: text.state,
    text: (p) => (p.enabled ? words.state.enabled : words.state.disabled),
    cell: (p) => <Status tone={p.enabled ? 'good' : 'off'}>{p.enabled ? words.state.enabled : words.state.disabled}</Status>,
  },
  {
    id: 'certificate',
    label: text.certificate,
    text: (p) => {
      const last = lastToEnd(p);
      return p.kind === 'oidc' ? '' : last ? daysLeft(last.days_left) : sso.certificate.missing;
    },
    cell: (p) => p.kind === 'saml' && <CertificateState certificate={lastToEnd(p)} />,
  },
  {
    id: 'problems',
    label: text.problems,
    text: problemsOf,
    cell: (p) =>
      p.problems.length > 0 ? (
        <Status tone="harm">{problemsOf(p)}</Status>
      ) : (
        <Text span inherit c="dimmed">
          {sso.noProblems}
        </Text>
      ),
  },
  {
    id: 'last',
    label: text.last,
    text: (p) => (p.last_attempt ? `${outcomeText(p.last_attempt.outcome)}, ${p.last_attempt.at}` : ''),
    cell: (p) =>
      p.last_attempt ? (
        <Group gap="xs" wrap="nowrap">
          <OutcomeState outcome={p.last_attempt.outcome} />
          <Time at={p.last_attempt.at} />
        </Group>
      ) : (
        <Text span inherit c="dimmed">
          {words.state.never}
        </Text>
      ),
  },
  { id: 'id', label: text.id, text: (p) => p.entity_id, cell: (p) => <span className="mono">{p.entity_id}</span>, hidden: true },
  { id: 'created', label: text.created, text: (p) => p.created_at, cell: (p) => <Time at={p.created_at} />, hidden: true },
];

/** Admin > Single sign-on: the identity providers, what they have to know of us, domains and our keys. */
export default function SingleSignOn() {
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const start = () => setMaking(true);
  const stray = useQuery(strayQuery).data ?? [];

  return (
    <Stack gap={32}>
      <List<Provider>
        name="identity-providers"
        title={words.pages.singleSignOn}
        intro={sso.intro}
        nouns={[sso.one, sso.many]}
        queryKey={providersKey}
        load={({ cursor, limit }) => body(api.GET('/identity-providers', { params: { query: { cursor, limit } } }))}
        columns={columns}
        rowId={(p) => p.id}
        rowName={(p) => p.name}
        rowTo={(p) => `/admin/single-sign-on/${p.id}`}
        searchable={false}
        create={{ label: sso.new, run: start }}
        empty={
          <EmptyState icon={IconLogin2} title={sso.empty} act={<Button onClick={start}>{sso.new}</Button>}>
            {sso.emptyHelp}
          </EmptyState>
        }
      />
      <OursCard />
      <Domains />
      <SAMLKeys />
      <ProvisioningCard />
      {stray.length > 0 && (
        <Card title={sso.attempts.stray}>
          <Text size="sm" c="dimmed" mb="sm">
            {sso.attempts.strayHelp}
          </Text>
          <Attempts attempts={stray} label={sso.attempts.stray} />
        </Card>
      )}
      <NewProvider
        opened={making}
        onClose={() => setMaking(false)}
        onMade={(provider) => {
          setMaking(false);
          done(sso.make.made(provider.name));
          void navigate({ to: `/admin/single-sign-on/${provider.id}` });
        }}
      />
    </Stack>
  );
}

/** Leads to the page of provisioning, which stands beside signing in. */
const ProvisioningCard = () => (
  <Card
    title={words.pages.provisioning}
    act={
      <Button size="xs" variant="default" renderRoot={(props) => <Link to="/admin/single-sign-on/provisioning" {...props} />}>
        {sso.provisioning.open}
      </Button>
    }
  >
    <Text size="sm" c="dimmed">
      {sso.provisioning.text}
    </Text>
  </Card>
);

function OursCard() {
  const { data, error, refetch } = useQuery(oursQuery);
  return (
    <Card title={sso.ours.title} act={data && <OurMetadata url={data.metadata_url} />}>
      {data ? (
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {sso.ours.intro} {sso.ours.slash}
          </Text>
          <Values values={samlValues(data)} />
          <TileNote />
          <Values values={[[`${sso.ours.redirect} (${sso.kinds.oidc})`, data.redirect_uri]]} />
        </Stack>
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <RowsSkeleton rows={4} />
      )}
    </Card>
  );
}
