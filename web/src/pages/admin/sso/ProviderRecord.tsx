import { Alert, Button, Group, Menu, Text } from '@mantine/core';
import { IconAlertTriangle, IconDots, IconInfoCircle, IconPencil, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '@/api/client';
import { useAct } from '@/app/acts';
import { useShortcut } from '@/app/keys';
import { Confirm } from '@/patterns/Confirm';
import { done, failed } from '@/patterns/notice';
import { Card, RecordPage } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { count, words } from '@/words';
import { sso } from '@/words/sso';
import { Attempts } from './Attempts';
import { Certificates } from './Certificates';
import { EditProvider } from './EditProvider';
import { Identities } from './Identities';
import { MappingCard } from './MappingCard';
import { MetadataCard } from './MetadataCard';
import { SettingsCards } from './ProviderFacts';
import { attemptsQuery, identitiesQuery, providerQuery, providersKey, putSettings, settingsOf } from './queries';
import { RulesCard } from './RulesCard';
import { TestResult } from './TestResult';

const text = sso.record;

/** One identity provider: whether it works, its certificates, what people get, whom it knows, who has tried. */
export default function ProviderRecord() {
  const { id } = useParams({ strict: false });
  const { tested } = useSearch({ strict: false }) as Record<string, string | undefined>;
  const { data: provider } = useSuspenseQuery(providerQuery(id ?? ''));
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'edit' | 'disable' | 'delete'>();
  const known = useQuery(identitiesQuery(provider.id)).data?.length ?? 0;
  const whom = known > 0 && text.known(count(known, text.knownOne, text.knownMany));
  const close = () => setOpen(undefined);
  const reload = () => client.invalidateQueries({ queryKey: providersKey });

  const enable = async (enabled: boolean) => {
    try {
      await putSettings(provider.id, { 'If-Match': provider.etag }, { ...settingsOf(provider), enabled });
      done(enabled ? text.enabled(provider.name) : text.disabled);
      close();
    } finally {
      await reload();
    }
  };
  const remove = async () => {
    await api.DELETE('/identity-providers/{id}', { params: { path: { id: provider.id } } });
    done(text.deleted(provider.name));
    await navigate({ to: '/admin/single-sign-on' });
    await reload();
  };
  const test = () => location.assign(`/sso/${provider.id}/login?test=1`);
  useAct(text.test, test);
  useAct(text.edit, () => setOpen('edit'));
  useShortcut('e', words.do.edit, () => setOpen('edit'));
  const saml = provider.kind === 'saml';

  return (
    <RecordPage
      within={{ label: words.pages.singleSignOn, to: '/admin/single-sign-on' }}
      title={provider.name}
      subtitle={sso.presets[provider.preset as keyof typeof sso.presets] ?? sso.kinds[provider.kind]}
      status={<Status tone={provider.enabled ? 'good' : 'off'}>{provider.enabled ? words.state.enabled : words.state.disabled}</Status>}
      acts={
        <>
          <Button leftSection={<IconPlayerPlay size={16} />} onClick={test}>
            {text.test}
          </Button>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen('edit')}>
            {words.do.edit}
          </Button>
          {!provider.enabled && (
            <Button variant="default" onClick={() => void enable(true).catch(failed)}>
              {text.enable}
            </Button>
          )}
          <Menu position="bottom-end" returnFocus>
            <Menu.Target>
              <Button variant="default" aria-label={words.list.actions} px="xs">
                <IconDots size={18} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {provider.enabled && <Menu.Item onClick={() => setOpen('disable')}>{words.do.disable}</Menu.Item>}
              <Menu.Item c="var(--mantine-color-error)" onClick={() => setOpen('delete')}>
                {words.do.delete}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
      aside={
        <>
          {saml && <MetadataCard provider={provider} />}
          <SettingsCards provider={provider} />
        </>
      }
    >
      {tested && (
        <TestResult provider={provider} onClose={() => void navigate({ to: `/admin/single-sign-on/${provider.id}`, search: {} })} />
      )}
      {provider.problems.length > 0 && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={text.problems}>
          {provider.problems.map((problem) => (
            <Text size="sm" key={problem}>
              {problem}
            </Text>
          ))}
        </Alert>
      )}
      {!provider.enabled && provider.problems.length === 0 && !tested && (
        <Alert variant="default" icon={<IconInfoCircle size={18} />} title={text.next}>
          {text.nextHelp}
        </Alert>
      )}
      {saml && <Certificates provider={provider} />}
      <RulesCard provider={provider} />
      <MappingCard provider={provider} />
      <Identities provider={provider} />
      <AttemptsCard id={provider.id} rules={provider.rules} />
      <EditProvider opened={open === 'edit'} provider={provider} onClose={close} />
      <Confirm
        opened={open === 'disable'}
        title={text.disable(provider.name)}
        act={words.do.disable}
        onConfirm={() => enable(false)}
        onClose={close}
      >
        {text.disableEffect} {whom}
      </Confirm>
      <Confirm
        opened={open === 'delete'}
        title={text.delete(provider.name)}
        act={words.do.delete}
        name={provider.name}
        onConfirm={remove}
        onClose={close}
      >
        {text.deleteEffect} {whom}
      </Confirm>
    </RecordPage>
  );
}

function AttemptsCard({ id, rules }: { id: string; rules: Parameters<typeof Attempts>[0]['rules'] }) {
  const { data, error, refetch, isFetching } = useQuery(attemptsQuery(id));
  return (
    <Card
      title={sso.attempts.title}
      act={
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={isFetching}
            onClick={() => void refetch()}
            aria-label={`${words.do.refresh}: ${sso.attempts.title}`}
          >
            {words.do.refresh}
          </Button>
        </Group>
      }
    >
      {data ? (
        <Attempts attempts={data} label={sso.attempts.title} rules={rules} />
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <RowsSkeleton rows={3} />
      )}
    </Card>
  );
}
