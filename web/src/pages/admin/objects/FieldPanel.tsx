import { Button, Checkbox, Group, NativeSelect, NumberInput, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { type Field, listsQuery, nameOf, type ObjectDetail, objectsQuery } from './queries';
import { useVersion } from './useVersion';

const text = words.objects.field;

type FieldType = NonNullable<Field['type']>;

interface Draft {
  name: string;
  label: string;
  type: FieldType;
  max: number | '';
  default: string;
  template: string;
  index: string;
  list: string;
  target: string;
  required: boolean;
  search: boolean;
  readOnly: boolean;
  lenient: boolean;
  owned: boolean;
}

const draftOf = (f: Field | undefined): Draft => ({
  name: f?.name ?? '',
  label: f?.label ?? '',
  type: f?.type ?? 'text',
  max: f?.max ?? '',
  default: f?.default ?? '',
  template: f?.template ?? '',
  index: f?.index === true ? 'true' : typeof f?.index === 'string' ? f.index : '',
  list: f?.list ?? '',
  target: f?.target ?? '',
  required: f?.required ?? false,
  search: f?.search ?? false,
  readOnly: f?.readOnly ?? false,
  lenient: f?.lenient ?? false,
  owned: f?.owned ?? false,
});

/** What of a draft its type has. */
const has = {
  max: (t: FieldType) => t === 'text',
  template: (t: FieldType) => t === 'text',
  search: (t: FieldType) => t === 'text' || t === 'picklist' || t === 'number',
  list: (t: FieldType) => t === 'picklist',
  lenient: (t: FieldType) => t === 'picklist',
  target: (t: FieldType) => t === 'link',
  owned: (t: FieldType) => t === 'link',
  required: (t: FieldType) => t !== 'boolean',
  default: (t: FieldType) => t !== 'link',
};

/** The keys of a field as they are sent: null for what is not set, so that a change takes it away. */
function keysOf(d: Draft): Record<string, unknown> {
  const of = (key: keyof typeof has, value: unknown) => (has[key](d.type) && value !== '' && value !== false ? value : null);
  return {
    label: d.label || null,
    max: of('max', d.max),
    default: of('default', d.default),
    template: of('template', d.template),
    index: d.index === '' ? null : d.index === 'true' ? true : d.index,
    list: of('list', d.list),
    target: of('target', d.target),
    required: of('required', d.required),
    search: of('search', d.search),
    lenient: of('lenient', d.lenient),
    owned: of('owned', d.owned),
    readOnly: d.readOnly || null,
  };
}

const labels: Record<string, string> = {
  name: text.name,
  label: text.label,
  type: text.type,
  max: text.max,
  default: text.default,
  template: text.template,
  index: text.index,
  list: text.list,
  target: text.target,
  body: text.name,
};

const unfolded: Partial<Record<FieldType, string[]>> = {
  picklist: ['', '_Valid'],
  link: ['', '_RecID', '_Category'],
  money: ['', '_Currency', '_CurrencyValid'],
};

interface Props {
  object: ObjectDetail;
  field: Field | undefined;
  opened: boolean;
  onClose: () => void;
  onRemove: (field: Field) => void;
}

/** A new field, or one that there is: what can be said of it depends on its type. */
export function FieldPanel({ object, field, opened, onClose, onRemove }: Props) {
  const [draft, setDraft] = useState(draftOf(field));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const change = useVersion(object, opened);
  const lists = useQuery({ ...listsQuery, enabled: opened }).data ?? [];
  const objects = useQuery({ ...objectsQuery, enabled: opened }).data ?? [];
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed stays when the object is loaded again
  useEffect(() => {
    if (!opened) return;
    setDraft(draftOf(field));
    setErrors({});
  }, [opened]);
  const set = (more: Partial<Draft>) => setDraft((before) => ({ ...before, ...more }));
  const { type } = draft;

  const submit = async () => {
    const path = { object: nameOf(object.object) };
    const keys = keysOf(draft);
    if (field) {
      await change((header) =>
        api.PATCH('/objects/{object}/fields/{field}', { params: { path: { ...path, field: field.name }, header }, body: keys }),
      );
    } else {
      const given = Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== null));
      await change((header) =>
        api.POST('/objects/{object}/fields', { params: { path, header }, body: { ...given, name: draft.name.trim(), type } as Field }),
      );
    }
    done(text.saved(draft.name));
    onClose();
  };
  const line = (key: 'name' | 'label' | 'default' | 'template', help: string) => (
    <TextInput
      label={`${labels[key]} (${key === 'name' ? words.state.required : words.state.optional})`}
      description={help}
      value={draft[key]}
      onChange={(e) => set({ [key]: e.currentTarget.value })}
      error={errors[key] ?? (key === 'name' ? errors.body : undefined)}
      spellCheck={key === 'label'}
      data-autofocus={key === (field ? 'label' : 'name') || undefined}
    />
  );
  const tick = (key: 'required' | 'search' | 'readOnly' | 'lenient' | 'owned', label: string, help?: string) => (
    <Checkbox label={label} description={help} checked={draft[key]} onChange={(e) => set({ [key]: e.currentTarget.checked })} />
  );
  const parts = unfolded[type];
  return (
    <Panel
      opened={opened}
      title={field ? text.edit(field.name) : text.new}
      submit={field ? words.do.save : text.add}
      dirty={JSON.stringify(draft) !== JSON.stringify(draftOf(field))}
      onSubmit={submit}
      onClose={onClose}
      labels={labels}
      onFieldErrors={setErrors}
    >
      {!field && line('name', text.nameHelp)}
      {line('label', text.labelHelp)}
      {field ? (
        <Text size="sm">
          {text.type}: {text.types[type]}
        </Text>
      ) : (
        <NativeSelect
          label={text.type}
          description={text.typeHelp}
          value={type}
          onChange={(e) => set({ type: e.currentTarget.value as FieldType })}
          data={Object.entries(text.types).map(([value, label]) => ({ value, label }))}
          error={errors.type}
        />
      )}
      {parts && (draft.name || field) && (
        <Text size="sm" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
          {text.unfolds(parts.map((part) => draft.name + part).join(', '))}
        </Text>
      )}
      {has.list(type) && field?.from && <Text size="sm">{text.fromRecords(field.from.object)}</Text>}
      {has.list(type) && !field?.from && (
        <NativeSelect
          label={`${text.list} (${words.state.required})`}
          description={text.listHelp}
          value={draft.list}
          onChange={(e) => set({ list: e.currentTarget.value })}
          data={[{ value: '', label: text.chooseList }, ...lists.map((l) => l.name)]}
          error={errors.list}
        />
      )}
      {has.target(type) && (
        <NativeSelect
          label={`${text.target} (${field?.targets ? words.state.optional : words.state.required})`}
          description={text.targetHelp}
          value={draft.target}
          onChange={(e) => set({ target: e.currentTarget.value })}
          data={[{ value: '', label: text.chooseObject }, ...objects.map((o) => ({ value: o.object, label: `${o.label} (${o.object})` }))]}
          error={errors.target}
        />
      )}
      {has.max(type) && (
        <NumberInput
          label={`${text.max} (${words.state.optional})`}
          description={text.maxHelp}
          value={draft.max}
          onChange={(value) => set({ max: typeof value === 'number' ? value : '' })}
          min={1}
          max={1_000_000}
          allowDecimal={false}
          hideControls
          error={errors.max}
        />
      )}
      {has.default(type) &&
        line(
          'default',
          type === 'datetime'
            ? text.defaultTime
            : type === 'boolean'
              ? text.defaultBoolean
              : type === 'picklist'
                ? text.defaultList
                : text.defaultHelp,
        )}
      {has.template(type) && line('template', text.templateHelp)}
      <NativeSelect
        label={text.index}
        description={text.indexHelp}
        value={draft.index}
        onChange={(e) => set({ index: e.currentTarget.value })}
        data={Object.entries(text.indexes).map(([value, label]) => ({ value, label }))}
        error={errors.index}
      />
      {has.search(type) && tick('search', text.search, text.searchHelp)}
      {has.required(type) && tick('required', text.required, text.requiredHelp)}
      {has.lenient(type) && tick('lenient', text.lenient, text.lenientHelp)}
      {has.owned(type) && tick('owned', text.owned)}
      {tick('readOnly', text.readOnly, text.readOnlyHelp)}
      {field && !field.stock && (
        <Group mt="md">
          <Button variant="default" c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={() => onRemove(field)}>
            {text.remove}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
