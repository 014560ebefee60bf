import { Anchor, Button, Checkbox, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { type PartPanelProps, Parts } from './Parts';
import { nameOf, type ObjectDetail, objectsQuery, objectTo, type Relationship } from './queries';
import { useVersion } from './useVersion';

const text = words.objects.relationship;

type Kind = keyof typeof text.kinds;

const kindOf = (r: Relationship | undefined): Kind =>
  r?.child ? 'child' : r?.link ? 'link' : r?.inverse ? 'inverse' : r?.pairs ? 'samePairs' : 'pairs';

const keys = { child: 'child', link: 'link', inverse: 'inverse', samePairs: 'pairs' } as const;

/** Where records of an object lead. */
export function Relationships({ object }: { object: ObjectDetail }) {
  return (
    <Parts<Relationship>
      object={object}
      title={words.objects.tabs.relationships}
      parts={object.definition.relationships}
      text={text}
      makes={!object.view}
      columns={[
        [
          text.target,
          (r) => (
            <Anchor size="sm" className="mono" renderRoot={(props) => <Link to={objectTo(r.target)} {...props} />}>
              {r.target}
            </Anchor>
          ),
        ],
        [
          text.kind,
          (r) => (
            <>
              {text.kinds[kindOf(r)]}
              {kindOf(r) !== 'pairs' && (
                <Text size="xs" c="dimmed" className="mono">
                  {r.child ?? r.link ?? r.inverse ?? r.pairs}
                </Text>
              )}
            </>
          ),
        ],
      ]}
      erase={(name, header) =>
        api.DELETE('/objects/{object}/relationships/{name}', { params: { path: { object: nameOf(object.object), name }, header } })
      }
      panel={RelationshipPanel}
    />
  );
}

const draftOf = (r: Relationship | undefined) => ({
  name: r?.name ?? '',
  label: r?.label ?? '',
  target: r?.target ?? '',
  kind: kindOf(r),
  through: r?.child ?? r?.link ?? r?.inverse ?? r?.pairs ?? '',
  one: r?.one ?? false,
});

function RelationshipPanel({ object, part, opened, onClose, onRemove }: PartPanelProps<Relationship>) {
  const [draft, setDraft] = useState(draftOf(part));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const change = useVersion(object, opened);
  const objects = useQuery({ ...objectsQuery, enabled: opened }).data ?? [];
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed stays when the object is loaded again
  useEffect(() => {
    if (!opened) return;
    setDraft(draftOf(part));
    setErrors({});
  }, [opened]);
  const set = (more: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...more }));
  const fixed = part?.stock ?? false;

  const submit = async () => {
    const { name, label, target, kind, through, one } = draft;
    const body: Relationship = fixed
      ? { ...(part as Relationship), label: label || undefined }
      : {
          name: name.trim(),
          target,
          label: label || undefined,
          one: one || undefined,
          where: part?.where,
          create: part?.create,
          ...(kind === 'pairs' ? {} : { [keys[kind]]: through.trim() }),
        };
    await change((header) =>
      api.PUT('/objects/{object}/relationships/{name}', {
        params: { path: { object: nameOf(object.object), name: body.name }, header },
        body,
      }),
    );
    done(words.state.saved);
    onClose();
  };
  const line = (key: 'name' | 'label' | 'through', label: string, help?: string) => (
    <TextInput
      label={label}
      description={help}
      value={draft[key]}
      onChange={(e) => set({ [key]: e.currentTarget.value })}
      error={errors[key]}
      disabled={fixed && key !== 'label'}
      spellCheck={key === 'label'}
      data-autofocus={key === (part ? 'label' : 'name') || undefined}
    />
  );
  return (
    <Panel
      opened={opened}
      title={part ? text.edit(part.name) : text.new}
      submit={part ? words.do.save : text.add}
      dirty={JSON.stringify(draft) !== JSON.stringify(draftOf(part))}
      onSubmit={submit}
      onClose={onClose}
      labels={{ body: words.objects.one, name: text.name, target: text.target }}
      onFieldErrors={setErrors}
    >
      {!part && line('name', `${text.name} (${words.state.required})`, text.nameHelp)}
      {line('label', `${text.label} (${words.state.optional})`)}
      <NativeSelect
        label={text.target}
        value={draft.target}
        onChange={(e) => set({ target: e.currentTarget.value })}
        data={[
          { value: '', label: words.objects.field.chooseObject },
          ...objects.map((o) => ({ value: o.object, label: `${o.label} (${o.object})` })),
        ]}
        error={errors.target}
        disabled={fixed}
      />
      <NativeSelect
        label={text.kind}
        value={draft.kind}
        onChange={(e) => set({ kind: e.currentTarget.value as Kind })}
        data={Object.entries(text.kinds).map(([value, label]) => ({ value, label }))}
        disabled={fixed}
      />
      {draft.kind !== 'pairs' && line('through', text.through, text.throughHelp)}
      {draft.kind !== 'link' && (
        <Checkbox label={text.single} checked={draft.one} onChange={(e) => set({ one: e.currentTarget.checked })} disabled={fixed} />
      )}
      {part && !fixed && (
        <Group mt="md">
          <Button variant="default" c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={() => onRemove(part)}>
            {text.remove}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
