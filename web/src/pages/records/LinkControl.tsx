import { Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '@/words';
import type { ControlProps } from './Control';
import { useChoices, withinFilter } from './choices';
import { categoryOf, keyOf, type Option } from './definition';
import { sameObject, useName, useRecord, useSetOf } from './names';
import { objectsQuery } from './queries';

const text = words.record.panel;

interface RecordSelectProps {
  label: string;
  help?: string;
  error?: string;
  /** What is offered for what is typed. */
  options: Option[];
  busy: boolean;
  value: string;
  /** What people call the value. */
  name: string;
  typed: string;
  type: (typed: string) => void;
  choose: (value: string | null) => void;
  /** Another text than those offered is taken too. */
  open?: boolean;
  focus?: boolean;
}

/** Chooses a record, or what stands for one, by typing a part of what it is called. */
export function RecordSelect(props: RecordSelectProps) {
  const { label, options, value, name, typed, choose } = props;
  const own = typed.trim();
  const offered = [
    ...(value && !options.some((o) => o.value === value) ? [{ value, label: name }] : []),
    ...options.map((o) => (o.value === value ? { value, label: name } : o)), // one name for what is chosen, however it was found
    ...(props.open && own && own !== name && !options.some((o) => o.value === own || o.label === own) ? [{ value: own, label: own }] : []),
  ];
  return (
    <Select
      label={label}
      description={props.help}
      error={props.error}
      placeholder={text.search}
      searchable
      openOnFocus={false}
      clearable
      clearButtonProps={{ 'aria-label': `${words.do.clear}: ${label}` }}
      value={value || null}
      onChange={choose}
      searchValue={typed}
      onSearchChange={props.type}
      data={offered}
      filter={({ options: all }) => all}
      nothingFoundMessage={props.busy ? text.choosing : text.nobody}
      maxDropdownHeight={260}
      data-autofocus={props.focus || undefined}
    />
  );
}

/** A link: the record is searched for in the object that it may lead to, of several in the one that is chosen. */
export function LinkControl({ field, label, values, error, change, focus }: ControlProps) {
  const all = useQuery(objectsQuery).data ?? [];
  const id = String(values[keyOf(field)] ?? '');
  const category = String(values[categoryOf(field)] ?? '');
  const targets = field.any ? all.filter((o) => !o.view) : all.filter((o) => (field.targets ?? []).some((t) => t.set === o.set));
  const [kind, setKind] = useState<string>();
  const current = useSetOf(category || field.target?.object || targets[0]?.object || '');
  const set = kind ?? current;
  const name = useName(current, id).data ?? id;
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState<Option>();
  const shown = picked && picked.value === id ? picked.label : name;
  const found = useChoices(set, typed === shown ? '' : typed);
  const choose = (value: string | null) => {
    const object = all.find((o) => o.set === set)?.object;
    setPicked(found.data?.find((o) => o.value === value));
    change({ [keyOf(field)]: value, [categoryOf(field)]: value ? object : null });
  };
  return (
    <Stack gap={4}>
      <RecordSelect
        label={label}
        error={error}
        options={found.data ?? []}
        busy={found.isFetching}
        value={id}
        name={shown}
        typed={typed}
        type={setTyped}
        choose={choose}
        focus={focus}
      />
      {targets.length > 1 && (
        <Select
          size="xs"
          aria-label={text.kind(label)}
          data={targets.map((t) => ({ value: t.set, label: t.label }))}
          value={set ?? null}
          onChange={(next) => {
            setKind(next ?? undefined);
            if (id && next && !sameObject(category, all.find((o) => o.set === next)?.object ?? '')) choose(null);
          }}
          searchable={field.any}
          allowDeselect={false}
        />
      )}
    </Stack>
  );
}

/** A pick list of records, of which one field is stored. It is narrowed by the fields of the record that it depends on. */
export function PickControl({ def, field, label, values, error, change, focus }: ControlProps) {
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState<Option>();
  const value = String(values[field.name] ?? '');
  const key = String(values[`${field.name}_Valid`] ?? '');
  const current = useRecord(field.from?.title === field.from?.value ? undefined : field.from?.set, key);
  const named = field.from && current && current[field.from.value] === value ? current[field.from.title] : undefined;
  const shown = picked && picked.value === value ? picked.label : named ? `${String(named)} (${value})` : value;
  const found = useChoices(field.from?.set, typed === shown ? '' : typed, {
    value: field.from?.value,
    filter: withinFilter(field, values),
  });
  const on = (field.depends_on ?? []).map((name) => def.fields.find((f) => f.name === name)?.label ?? name);
  return (
    <RecordSelect
      label={label}
      help={on.length > 0 ? text.dependsOn(on.join(', ')) : undefined}
      error={error}
      options={found.data ?? []}
      busy={found.isFetching}
      value={value}
      name={shown}
      typed={typed}
      type={setTyped}
      open={field.open}
      choose={(next) => {
        setPicked(found.data?.find((o) => o.value === next));
        change({ [field.name]: next });
      }}
      focus={focus}
    />
  );
}
