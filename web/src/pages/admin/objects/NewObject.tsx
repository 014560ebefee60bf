import { Checkbox, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, body } from '@/api/client';
import { Problem, problemOf } from '@/api/problem';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { type Field, objectsKey, objectTo } from './queries';

const text = words.objects;

const blank = { object: '', label: '', plural: '', first: 'Name', number: true };

const labels = { object: text.name, label: text.label, plural: text.plural, fields: text.fields, 'fields[1].name': text.firstField };

/** A new business object with a first field, and a number where it is wanted; the rest is added on its page. */
export function NewObject({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(blank);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const set = (change: Partial<typeof blank>) => setDraft((before) => ({ ...before, ...change }));
  useEffect(() => {
    if (!opened) return;
    setDraft(blank);
    setErrors({});
  }, [opened]);

  const submit = async () => {
    const name = draft.object.trim().replace(/#$/, '');
    const counter = `${name.replace(/^.*#/, '')}Number`;
    const first: Field = { name: draft.first.trim(), type: 'text', max: 200, required: true, index: true, search: true };
    const fields: Field[] = draft.number
      ? [{ name: counter, label: `${draft.label || name} number`, type: 'number', index: 'unique', search: true }, first]
      : [first];
    try {
      const made = await body(
        api.POST('/objects', {
          body: {
            object: name,
            label: draft.label || undefined,
            plural: draft.plural || undefined,
            title: first.name,
            fields,
            number: draft.number ? { field: counter, start: 1001 } : undefined,
          },
        }),
      );
      await client.invalidateQueries({ queryKey: objectsKey });
      done(text.made(made.label));
      onClose();
      await navigate({ to: objectTo(made.object) });
    } catch (error) {
      throw atInputs(error, fields.length - 1);
    }
  };
  const line = (key: 'object' | 'label' | 'plural' | 'first', label: string, help?: string, needed = false) => (
    <TextInput
      label={`${label} (${needed ? words.state.required : words.state.optional})`}
      description={help}
      value={draft[key]}
      onChange={(e) => set({ [key]: e.currentTarget.value })}
      error={errors[key]}
      spellCheck={key === 'label' || key === 'plural'}
      data-autofocus={key === 'object' || undefined}
    />
  );
  return (
    <Panel
      opened={opened}
      title={text.new}
      submit={text.create}
      dirty={JSON.stringify(draft) !== JSON.stringify(blank)}
      onSubmit={submit}
      onClose={onClose}
      labels={{ ...labels, first: text.firstField }}
      onFieldErrors={setErrors}
    >
      {line('object', text.name, text.nameHelp, true)}
      {line('label', text.label, text.labelHelp)}
      {line('plural', text.plural)}
      {line('first', text.firstField, text.firstFieldHelp, true)}
      <Checkbox
        label={text.withNumber}
        description={text.withNumberHelp}
        checked={draft.number}
        onChange={(e) => set({ number: e.currentTarget.checked })}
      />
    </Panel>
  );
}

/** A refusal with its places named as the inputs are. */
function atInputs(error: unknown, first: number): Problem {
  const problem = problemOf(error);
  const errors = Object.entries(problem.fields).map(([field, message]) => ({
    field: field === 'body' ? 'object' : field.startsWith(`fields[${first}]`) || field === 'title' ? 'first' : field,
    message,
  }));
  return new Problem({ status: problem.status, code: problem.code, detail: problem.message, request_id: problem.requestId, errors }, error);
}
