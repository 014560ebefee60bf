import { Button, Group, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Problem } from '@/api/problem';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import type { PickList, PickValue } from './queries';

const text = words.pickLists;

const draftOf = (v: PickValue | undefined) => ({ value: v?.value ?? '', label: v?.label ?? '', aliases: v?.aliases?.join(', ') ?? '' });

interface Props {
  list: PickList;
  value: PickValue | undefined;
  opened: boolean;
  onClose: () => void;
  onSave: (values: PickValue[]) => Promise<void>;
  onTurn: (value: PickValue) => Promise<void>;
  onRemove: (value: PickValue) => void;
}

/** A value of a pick list: a new one, or another label and spellings for one that there is. */
export function ValuePanel({ list, value, opened, onClose, onSave, onTurn, onRemove }: Props) {
  const [draft, setDraft] = useState(draftOf(value));
  const [errors, setErrors] = useState<Record<string, string>>({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed stays when the list is loaded again
  useEffect(() => {
    if (!opened) return;
    setDraft(draftOf(value));
    setErrors({});
  }, [opened]);

  const submit = async () => {
    const name = value?.value ?? draft.value.trim();
    if (!value && list.values.some((v) => v.value.toLowerCase() === name.toLowerCase())) {
      throw new Problem({ status: 409, code: 'value_taken', detail: text.taken, errors: [{ field: 'value', message: text.taken }] });
    }
    const aliases = draft.aliases
      .split(',')
      .map((a) => a.trim())
      .filter(Boolean);
    const one: PickValue = {
      ...value,
      value: name,
      label: draft.label.trim() || undefined,
      aliases: aliases.length > 0 ? aliases : undefined,
    };
    await onSave(value ? list.values.map((v) => (v.value === value.value ? one : v)) : [...list.values, one]);
    done(text.saved);
    onClose();
  };
  const at = value ? list.values.findIndex((v) => v.value === value.value) : list.values.length;
  const wrong = (key: string) => errors[key] ?? errors[`values[${at}].${key}`];
  const line = (key: 'value' | 'label' | 'aliases', help: string) => (
    <TextInput
      label={`${text[key]} (${key === 'value' ? words.state.required : words.state.optional})`}
      description={help}
      value={draft[key]}
      onChange={(e) => setDraft({ ...draft, [key]: e.currentTarget.value })}
      error={wrong(key)}
      data-autofocus={key === (value ? 'label' : 'value') || undefined}
    />
  );
  return (
    <Panel
      opened={opened}
      title={value ? text.edit(value.value) : text.addTitle}
      submit={value ? words.do.save : text.add}
      dirty={JSON.stringify(draft) !== JSON.stringify(draftOf(value))}
      onSubmit={submit}
      onClose={onClose}
      labels={{
        value: text.value,
        [`values[${at}].value`]: text.value,
        [`values[${at}].label`]: text.label,
        [`values[${at}].aliases`]: text.aliases,
      }}
      onFieldErrors={setErrors}
    >
      {!value && line('value', text.valueHelp)}
      {line('label', text.labelHelp)}
      {line('aliases', text.aliasesHelp)}
      {value && (
        <Group mt="md">
          <Button
            variant="default"
            onClick={() => {
              onClose();
              void onTurn(value);
            }}
          >
            {value.inactive ? text.activate : text.deactivate}
          </Button>
          <Button variant="default" c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={() => onRemove(value)}>
            {text.remove}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
