import { Checkbox, Switch, Textarea, TextInput } from '@mantine/core';
import { IconTrash, IconUsersGroup } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body } from '@/api/client';
import { Problem } from '@/api/problem';
import { useSavedElsewhere } from '@/app/live';
import { Changed } from '@/patterns/Changed';
import { Confirm } from '@/patterns/Confirm';
import { type Column, List } from '@/patterns/List';
import { done, failed } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { EmptyState } from '@/patterns/States';
import { Status } from '@/patterns/Status';
import { words } from '@/words';
import { type Group, groupsKey, lines, rolesQuery } from './queries';

const text = words.security.groups;

const columns: Column<Group>[] = [
  { id: 'name', label: text.name, text: (g) => g.name },
  { id: 'description', label: text.description, text: (g) => g.description },
  { id: 'roles', label: text.roles, text: (g) => (g.roles.includes('*') ? text.every : g.roles.join(', ')) },
  { id: 'networks', label: text.networks, text: (g) => g.cidrs.join(', ') || words.state.anywhere },
  {
    id: 'state',
    label: words.security.keys.state,
    text: (g) => (g.enabled ? words.state.enabled : words.state.disabled),
    cell: (g) => <Status tone={g.enabled ? 'good' : 'off'}>{g.enabled ? words.state.enabled : words.state.disabled}</Status>,
  },
];

/** The key groups: in which roles and from where the keys of each may act. */
export function KeyGroups() {
  const client = useQueryClient();
  const [editing, setEditing] = useState<Group | 'new'>();
  const [deleting, setDeleting] = useState<Group>();
  const remove = async () => {
    if (!deleting) return;
    await api.DELETE('/key-groups/{id}', { params: { path: { id: deleting.id } } });
    await client.invalidateQueries({ queryKey: groupsKey });
    done(text.deleted);
    setDeleting(undefined);
  };
  return (
    <>
      <List<Group>
        name="key-groups"
        level={2}
        title={text.title}
        intro={text.intro}
        nouns={[text.one, text.many]}
        queryKey={groupsKey}
        load={({ cursor, limit }) => body(api.GET('/key-groups', { params: { query: { cursor, limit } } }))}
        columns={columns}
        rowId={(g) => g.id}
        rowName={(g) => g.name}
        onOpen={setEditing}
        searchable={false}
        create={{ label: text.new, run: () => setEditing('new') }}
        acts={[{ label: words.do.delete, icon: <IconTrash size={16} />, danger: true, single: true, run: ([first]) => setDeleting(first) }]}
        empty={
          <EmptyState icon={IconUsersGroup} title={text.empty}>
            {text.emptyHelp}
          </EmptyState>
        }
      />
      <GroupPanel group={editing} onClose={() => setEditing(undefined)} />
      <Confirm
        opened={deleting !== undefined}
        title={text.delete(deleting?.name ?? '')}
        act={words.do.delete}
        onConfirm={remove}
        onClose={() => setDeleting(undefined)}
      >
        {text.deleteEffect}
      </Confirm>
    </>
  );
}

const draftOf = (group: Group | undefined) => ({
  name: group?.name ?? '',
  description: group?.description ?? '',
  roles: group?.roles ?? [],
  cidrs: group?.cidrs.join('\n') ?? '',
  enabled: group?.enabled ?? true,
});

function GroupPanel({ group, onClose }: { group: Group | 'new' | undefined; onClose: () => void }) {
  const client = useQueryClient();
  const before = group === 'new' ? undefined : group;
  const roles = useQuery({ ...rolesQuery, enabled: group !== undefined }).data ?? [];
  const [draft, setDraft] = useState(() => draftOf(undefined));
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => {
    setDraft(draftOf(group === 'new' ? undefined : group));
    setFields({});
  }, [group]);
  const change = (part: Partial<typeof draft>) => setDraft((old) => ({ ...old, ...part }));
  const every = draft.roles.includes('*');
  const [saving, setSaving] = useState(false);
  const [saved, forget] = useSavedElsewhere('api_key_group', before?.id ?? '', before !== undefined);
  const load = async () => {
    if (!before) return;
    setDraft(draftOf(await body(api.GET('/key-groups/{id}', { params: { path: { id: before.id } } }))));
    forget();
  };

  const submit = async () => {
    setSaving(true);
    await write().finally(() => setSaving(false));
  };
  const write = async () => {
    if (draft.roles.length === 0)
      throw new Problem({ status: 400, code: 'roles_missing', errors: [{ field: 'roles', message: text.rolesMissing }] });
    const spec = { ...draft, cidrs: lines(draft.cidrs) };
    if (before) await api.PUT('/key-groups/{id}', { params: { path: { id: before.id } }, body: spec });
    else await api.POST('/key-groups', { body: spec });
    await client.invalidateQueries({ queryKey: groupsKey });
    done(words.state.saved);
    onClose();
  };

  return (
    <Panel
      opened={group !== undefined}
      title={before ? text.edit : text.new}
      submit={before ? words.do.save : text.create}
      dirty={JSON.stringify(draft) !== JSON.stringify(draftOf(before))}
      onSubmit={submit}
      onClose={onClose}
      onFieldErrors={setFields}
      labels={{ name: text.name, description: text.description, roles: text.roles, cidrs: text.networks }}
    >
      <Changed shown={saved && !saving} onLoad={() => void load().catch(failed)} onKeep={forget} />
      <TextInput
        label={`${text.name} (${words.state.required})`}
        value={draft.name}
        onChange={(e) => change({ name: e.currentTarget.value })}
        error={fields.name}
        data-autofocus
      />
      <TextInput
        label={text.description}
        value={draft.description}
        onChange={(e) => change({ description: e.currentTarget.value })}
        error={fields.description}
      />
      <Checkbox.Group
        label={`${text.roles} (${words.state.required})`}
        description={text.rolesHelp}
        value={every ? ['*'] : draft.roles}
        onChange={(value) => change({ roles: value })}
        error={fields.roles}
      >
        <Checkbox mt="xs" value="*" label={text.every} />
        {roles.map((r) => (
          <Checkbox key={r.name} mt="xs" value={r.name} label={r.label || r.name} disabled={every} />
        ))}
      </Checkbox.Group>
      <Textarea
        label={text.networks}
        description={text.networksHelp}
        value={draft.cidrs}
        onChange={(e) => change({ cidrs: e.currentTarget.value })}
        error={fields.cidrs}
        autosize
        minRows={2}
        classNames={{ input: 'mono' }}
      />
      <Switch
        label={words.state.enabled}
        description={text.disableEffect}
        checked={draft.enabled}
        onChange={(e) => change({ enabled: e.currentTarget.checked })}
      />
    </Panel>
  );
}
