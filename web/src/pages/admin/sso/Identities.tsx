import { Anchor, Autocomplete, Button, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '@/api/client';
import { Problem } from '@/api/problem';
import { PersonPicker } from '@/pages/admin/people/PersonPicker';
import { ActTable } from '@/patterns/ActTable';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { sso } from '@/words/sso';
import { identitiesQuery, type Provider } from './queries';

const text = sso.identities;

type Identity = Schema<'Identity'>;

const few = 10;

/** Formats of a NameID, and claims, that subjects are named by. */
const kinds = {
  saml: [
    'objectidentifier',
    'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  ],
  oidc: ['sub', 'oid', 'preferred_username', 'upn', 'email'],
};

/** Whoever never signed in has a time before there were any. */
const seen = (at?: string) => (at && Date.parse(at) > 86_400_000 ? at : undefined);

/** Whom a provider knows: list, register by hand, remove. */
export function Identities({ provider }: { provider: Provider }) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(identitiesQuery(provider.id));
  const [adding, setAdding] = useState(false);
  const [all, setAll] = useState(false);
  const [removing, setRemoving] = useState<Identity>();
  const path = { params: { path: { id: provider.id } } };

  const remove = async () => {
    if (!removing) return;
    const { subject_kind, subject } = removing;
    await api.POST('/identity-providers/{id}/identities/removal', { ...path, body: { subject_kind, subject } });
    await client.invalidateQueries({ queryKey: identitiesQuery(provider.id).queryKey });
    done(text.removed);
    setRemoving(undefined);
  };
  return (
    <Card
      title={text.title}
      act={
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
          {text.register}
        </Button>
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {text.intro}
        </Text>
        {data?.length === 0 && (
          <Text size="sm" role="status">
            {text.none}
          </Text>
        )}
        {data && data.length > 0 && (
          <ActTable label={text.title} heads={[text.person, text.subject, text.seen]}>
            {(all ? data : data.slice(0, few)).map((i) => (
              <Table.Tr key={`${i.subject_kind} ${i.subject}`}>
                <Table.Td data-long>
                  <Anchor size="sm" renderRoot={(props) => <Link to={`/admin/people/${i.person_id}`} {...props} />}>
                    <bdi>{i.login || i.person_id}</bdi>
                  </Anchor>
                </Table.Td>
                <Table.Td data-long data-label={text.subject}>
                  <bdi>{i.name}</bdi>
                  {i.name !== i.subject && (
                    <div className="mono">
                      <bdi>{i.subject}</bdi>
                    </div>
                  )}
                  <Text size="xs" c="dimmed">
                    {i.subject_kind}
                  </Text>
                </Table.Td>
                <Table.Td data-label={text.seen}>
                  <Time at={seen(i.seen_at)} none={words.state.never} />
                </Table.Td>
                <Table.Td data-acts>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    onClick={() => setRemoving(i)}
                    aria-label={text.removeOf(i.name || i.subject)}
                  >
                    {text.remove}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </ActTable>
        )}
        {data && data.length > few && (
          <Anchor component="button" type="button" size="sm" onClick={() => setAll(!all)} aria-expanded={all} ta="start">
            {all ? text.fewer : text.more(String(data.length))}
          </Anchor>
        )}
        {!data && (error ? <ErrorState error={error} retry={() => void refetch()} /> : <RowsSkeleton rows={2} />)}
      </Stack>
      <Register provider={provider} opened={adding} onClose={() => setAdding(false)} />
      <Confirm
        opened={removing !== undefined}
        title={text.removeTitle}
        act={text.remove}
        onConfirm={remove}
        onClose={() => setRemoving(undefined)}
      >
        {text.removeEffect(removing?.name || removing?.subject || '')}
      </Confirm>
    </Card>
  );
}

function Register({ provider, opened, onClose }: { provider: Provider; opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const start = { subject_kind: kinds[provider.kind][0] ?? '', subject: '', person: '' };
  const [draft, setDraft] = useState(start);
  const [fields, setFields] = useState<Record<string, string>>({});
  const change = (part: Partial<typeof start>) => setDraft((old) => ({ ...old, ...part }));
  const labels = { subject_kind: text.kind, subject: text.subject, person: text.person };
  const leave = () => {
    setDraft(start);
    setFields({});
    onClose();
  };
  const submit = async () => {
    setFields({});
    const missing = (['subject_kind', 'subject', 'person'] as const).filter((name) => !draft[name]);
    if (missing.length > 0)
      throw new Problem({ status: 400, code: 'request_invalid', errors: missing.map((field) => ({ field, message: text.needs[field] })) });
    await api.POST('/identity-providers/{id}/identities', { params: { path: { id: provider.id } }, body: draft });
    await client.invalidateQueries({ queryKey: identitiesQuery(provider.id).queryKey });
    done(text.registered);
    leave();
  };
  return (
    <Panel
      opened={opened}
      title={text.register}
      submit={text.register}
      dirty={draft.subject !== '' || draft.person !== ''}
      onSubmit={submit}
      onClose={leave}
      labels={labels}
      onFieldErrors={setFields}
    >
      <Text size="sm" c="dimmed">
        {text.registerHelp}
      </Text>
      <Autocomplete
        label={text.kind}
        value={draft.subject_kind}
        onChange={(subject_kind) => change({ subject_kind })}
        data={kinds[provider.kind]}
        error={fields.subject_kind}
        filter={({ options }) => options}
        spellCheck={false}
        classNames={{ input: 'mono' }}
      />
      <TextInput
        label={text.subject}
        description={text.subjectHelp}
        value={draft.subject}
        onChange={(e) => change({ subject: e.currentTarget.value })}
        error={fields.subject}
        autoComplete="off"
        spellCheck={false}
        classNames={{ input: 'mono' }}
        data-autofocus
      />
      <PersonPicker label={text.person} value={draft.person} name="" onChange={(person) => change({ person })} error={fields.person} />
    </Panel>
  );
}
