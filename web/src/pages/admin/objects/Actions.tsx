import { ActionIcon, Button, Checkbox, Fieldset, Group, MultiSelect, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { type PartPanelProps, Parts } from './Parts';
import { type Action, allFields, listQuery, nameOf, type ObjectDetail } from './queries';
import { useVersion } from './useVersion';

const text = words.objects.action;

/** What an action does, in words. */
function summary(a: Action): string {
  return [
    ...Object.entries(a.set ?? {}).map(([field, value]) => `${field} = ${value}`),
    a.prompts?.length && `${text.asks} ${a.prompts.map((p) => p.field).join(', ')}`,
    a.create?.length && text.makes,
    a.notify?.length && text.sends,
  ]
    .filter(Boolean)
    .join('; ');
}

/** The quick actions of an object. */
export function Actions({ object }: { object: ObjectDetail }) {
  return (
    <Parts<Action>
      object={object}
      title={words.objects.tabs.actions}
      parts={object.definition.actions}
      text={text}
      makes={!object.view}
      columns={[[text.does, summary]]}
      erase={(name, header) =>
        api.DELETE('/objects/{object}/actions/{name}', { params: { path: { object: nameOf(object.object), name }, header } })
      }
      stockEffect={words.objects.search.comesBack}
      panel={ActionPanel}
    />
  );
}

interface Row {
  key: number;
  field: string;
  value: string;
}

const draftOf = (a: Action | undefined, statusField: string | undefined) => ({
  name: a?.name ?? '',
  label: a?.label ?? '',
  closed: a?.closed ?? false,
  when: statusField ? (a?.when?.[statusField] ?? []) : [],
  set: Object.entries(a?.set ?? {}).map(([field, value], key): Row => ({ key, field, value })),
  prompts: (a?.prompts ?? []).map((p) => p.field),
  roles: (a?.roles ?? []).join(', '),
});

function ActionPanel({ object, part, opened, onClose, onRemove }: PartPanelProps<Action>) {
  const rule = object.definition.status;
  const fields = allFields(object);
  const names = fields.map((f) => f.name);
  const list = fields.find((f) => f.name === rule?.field)?.list;
  const statuses = useQuery({ ...listQuery(list ?? ''), enabled: opened && Boolean(list) }).data?.values.map((v) => v.value) ?? [];
  const [draft, setDraft] = useState(draftOf(part, rule?.field));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const change = useVersion(object, opened);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed stays when the object is loaded again
  useEffect(() => {
    if (!opened) return;
    setDraft(draftOf(part, rule?.field));
    setErrors({});
  }, [opened]);
  const set = (more: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...more }));
  const rows = (next: Row[]) => set({ set: next });

  const submit = async () => {
    const name = part?.name ?? draft.name.trim();
    const when = { ...part?.when };
    if (rule) delete when[rule.field];
    if (rule && draft.when.length > 0) when[rule.field] = draft.when;
    const body: Action = {
      ...part,
      name,
      label: draft.label || undefined,
      closed: draft.closed || undefined,
      when: Object.keys(when).length > 0 ? when : undefined,
      set: Object.fromEntries(draft.set.filter((row) => row.field).map((row) => [row.field, row.value])),
      prompts: draft.prompts.map((field) => part?.prompts?.find((p) => p.field === field) ?? { field, required: true }),
      roles: draft.roles
        .split(',')
        .map((role) => role.trim())
        .filter(Boolean),
    };
    await change((header) =>
      api.PUT('/objects/{object}/actions/{name}', { params: { path: { object: nameOf(object.object), name }, header }, body }),
    );
    done(words.state.saved);
    onClose();
  };
  return (
    <Panel
      opened={opened}
      title={part ? text.edit(part.name) : text.new}
      submit={part ? words.do.save : text.add}
      dirty={JSON.stringify(draft) !== JSON.stringify(draftOf(part, rule?.field))}
      onSubmit={submit}
      onClose={onClose}
      labels={{ body: words.objects.tabs.actions, name: text.name }}
      onFieldErrors={setErrors}
    >
      {!part && (
        <TextInput
          label={`${text.name} (${words.state.required})`}
          value={draft.name}
          onChange={(e) => set({ name: e.currentTarget.value })}
          error={errors.name}
          data-autofocus
        />
      )}
      <TextInput
        label={`${text.label} (${words.state.optional})`}
        value={draft.label}
        onChange={(e) => set({ label: e.currentTarget.value })}
        error={errors.label}
        data-autofocus={part ? true : undefined}
      />
      <Fieldset legend={text.set}>
        <Stack gap="xs">
          <Text size="sm" c="dimmed">
            {text.setHelp}
          </Text>
          {draft.set.map((row, i) => (
            <Group key={row.key} gap="xs" wrap="nowrap" align="center">
              <NativeSelect
                aria-label={`${text.setField} ${i + 1}`}
                value={row.field}
                onChange={(e) => rows(draft.set.map((other) => (other.key === row.key ? { ...row, field: e.currentTarget.value } : other)))}
                data={['', ...names]}
                flex={1}
              />
              <TextInput
                aria-label={`${text.setValue} ${i + 1}`}
                value={row.value}
                onChange={(e) => rows(draft.set.map((other) => (other.key === row.key ? { ...row, value: e.currentTarget.value } : other)))}
                flex={1}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size={30}
                aria-label={text.removeSet(row.field || String(i + 1))}
                onClick={() => rows(draft.set.filter((other) => other.key !== row.key))}
              >
                <IconX size={16} />
              </ActionIcon>
            </Group>
          ))}
          <Group>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => rows([...draft.set, { key: Math.max(-1, ...draft.set.map((row) => row.key)) + 1, field: '', value: '' }])}
            >
              {text.addSet}
            </Button>
          </Group>
        </Stack>
      </Fieldset>
      <MultiSelect
        label={`${text.prompts} (${words.state.optional})`}
        description={text.promptsHelp}
        value={draft.prompts}
        onChange={(prompts) => set({ prompts })}
        data={names}
        searchable
      />
      {statuses.length > 0 && (
        <MultiSelect
          label={`${text.when} (${words.state.optional})`}
          description={text.whenHelp}
          value={draft.when}
          onChange={(when) => set({ when })}
          data={[...new Set([...statuses, ...draft.when])]}
          searchable
        />
      )}
      <Checkbox label={text.closed} checked={draft.closed} onChange={(e) => set({ closed: e.currentTarget.checked })} />
      <TextInput
        label={`${text.roles} (${words.state.optional})`}
        description={text.rolesHelp}
        value={draft.roles}
        onChange={(e) => set({ roles: e.currentTarget.value })}
        spellCheck={false}
      />
      {((part?.create?.length ?? 0) > 0 || (part?.notify?.length ?? 0) > 0) && (
        <Text size="sm" c="dimmed">
          {text.more}
        </Text>
      )}
      {part && (
        <Group mt="md">
          <Button variant="default" c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={() => onRemove(part)}>
            {text.remove}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
