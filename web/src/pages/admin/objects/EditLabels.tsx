import { NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { allFields, nameOf, type ObjectDetail } from './queries';
import { useVersion } from './useVersion';

const text = words.objects;

/** What people call an object and its records. */
export function EditLabels({ object, opened, onClose }: { object: ObjectDetail; opened: boolean; onClose: () => void }) {
  const { label = '', plural = '', title = '' } = object.definition;
  const [draft, setDraft] = useState({ label, plural, title });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const change = useVersion(object, opened);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed stays when the object is loaded again
  useEffect(() => {
    if (!opened) return;
    setDraft({ label, plural, title });
    setErrors({});
  }, [opened]);
  const submit = async () => {
    await change((header) => api.PATCH('/objects/{object}', { params: { path: { object: nameOf(object.object) }, header }, body: draft }));
    done(words.state.saved);
    onClose();
  };
  return (
    <Panel
      opened={opened}
      title={text.edit}
      submit={words.do.save}
      dirty={JSON.stringify(draft) !== JSON.stringify({ label, plural, title })}
      onSubmit={submit}
      onClose={onClose}
      labels={{ label: text.label, plural: text.plural, title: text.titleField }}
      onFieldErrors={setErrors}
    >
      <TextInput
        label={text.label}
        description={text.labelHelp}
        value={draft.label}
        onChange={(e) => setDraft({ ...draft, label: e.currentTarget.value })}
        error={errors.label}
        data-autofocus
      />
      <TextInput
        label={text.plural}
        value={draft.plural}
        onChange={(e) => setDraft({ ...draft, plural: e.currentTarget.value })}
        error={errors.plural}
      />
      <NativeSelect
        label={text.titleField}
        description={text.titleHelp}
        value={draft.title}
        onChange={(e) => setDraft({ ...draft, title: e.currentTarget.value })}
        data={['', ...allFields(object).map((f) => f.name)]}
        error={errors.title}
      />
    </Panel>
  );
}
