import { Button, Stack, Text } from '@mantine/core';
import { IconKey, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { type Column, List } from '@/patterns/List';
import { done } from '@/patterns/notice';
import { SecretOnce } from '@/patterns/SecretOnce';
import { EmptyState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { Time } from '@/patterns/Time';
import { count, number, words } from '@/words';
import { KeyGroups } from './KeyGroups';
import { KeyPanel } from './KeyPanel';
import { NewKey } from './NewKey';
import { type Key, keysKey } from './queries';

const text = words.security.keys;

/** What a key is called: what it is for, or how it begins. */
const nameOf = (k: Key) => k.description || `${text.unnamed} (${k.hint}…)`;

const columns: Column<Key>[] = [
  { id: 'description', label: text.description, text: nameOf },
  { id: 'group', label: text.group, text: (k) => k.group },
  { id: 'role', label: text.role, text: (k) => k.role },
  { id: 'hint', label: text.hint, text: (k) => k.hint, cell: (k) => <span className="mono">{k.hint}</span> },
  { id: 'lastUsed', label: text.lastUsed, text: (k) => k.last_used_at, cell: (k) => <Time at={k.last_used_at} none={words.state.never} /> },
  {
    id: 'state',
    label: text.state,
    text: (k) => (k.enabled ? words.state.enabled : words.state.disabled),
    cell: (k) => <Status tone={k.enabled ? 'good' : 'off'}>{k.enabled ? words.state.enabled : words.state.disabled}</Status>,
  },
  { id: 'uses', label: text.uses, text: (k) => number(k.uses), align: 'right', hidden: true },
  {
    id: 'expires',
    label: text.expires,
    text: (k) => k.expires_at,
    cell: (k) => <Time at={k.expires_at} none={words.state.never} />,
    hidden: true,
  },
  { id: 'created', label: text.created, text: (k) => k.created_at, cell: (k) => <Time at={k.created_at} />, hidden: true },
];

/** Admin > Security Controls > API Keys, with the key groups on the same page (spec C23). */
export default function ApiKeys() {
  const client = useQueryClient();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Schema<'Issued'>>();
  const [shown, setShown] = useState<Key>();
  const [deleting, setDeleting] = useState<Key[]>([]);
  const several = count(deleting.length, text.one, text.many);

  const remove = async () => {
    await Promise.all(deleting.map((k) => api.DELETE('/keys/{id}', { params: { path: { id: k.id } } })));
    await client.invalidateQueries({ queryKey: keysKey });
    done(text.deleted(several));
    setDeleting([]);
    setShown(undefined);
  };

  return (
    <Stack gap={48}>
      <List<Key>
        name="api-keys"
        title={words.pages.apiKeys}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={keysKey}
        load={({ cursor, limit, filters }) => body(api.GET('/keys', { params: { query: { cursor, limit, group: filters.group } } }))}
        columns={columns}
        rowId={(k) => k.id}
        rowName={nameOf}
        onOpen={setShown}
        searchable={false}
        filters={[{ id: 'group', label: text.group, kind: 'text' }]}
        create={{ label: text.new, run: () => setMaking(true) }}
        acts={[{ label: words.do.delete, icon: <IconTrash size={16} />, danger: true, run: setDeleting }]}
        empty={
          <EmptyState icon={IconKey} title={text.empty} act={<Button onClick={() => setMaking(true)}>{text.new}</Button>}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <KeyGroups />
      <NewKey
        opened={making}
        onClose={() => setMaking(false)}
        onMade={(key) => {
          setMaking(false);
          setMade(key);
        }}
      />
      <KeyPanel
        value={shown}
        name={shown && nameOf(shown)}
        onClose={() => setShown(undefined)}
        onMade={setMade}
        onDelete={(k) => setDeleting([k])}
      />
      <SecretOnce
        title={text.made}
        intro={text.madeIntro}
        file="api-key"
        values={made && [{ caption: text.referenceId, value: made.key, secret: true }]}
        onClose={() => setMade(undefined)}
      />
      <Confirm
        opened={deleting.length > 0}
        title={text.delete(several)}
        act={words.do.delete}
        onConfirm={remove}
        onClose={() => setDeleting([])}
      >
        {deleting.map((k) => (
          <Text size="sm" key={k.id}>
            {text.deleteEffect(nameOf(k))} {text.lastUsed}: <Time at={k.last_used_at} none={words.state.never} />.
          </Text>
        ))}
        <Text size="sm" mt={6}>
          {text.final}
        </Text>
      </Confirm>
    </Stack>
  );
}
