import { Button, NativeSelect, NumberInput, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card, Facts } from '@/patterns/Record';
import { number, words } from '@/words';
import { allFields, nameOf, type ObjectDetail } from './queries';
import { useVersion } from './useVersion';

const text = words.objects.number;

/** The counter that gives records their number. */
export function NumberTab({ object }: { object: ObjectDetail }) {
  const [opened, setOpened] = useState(false);
  const rule = object.definition.number;
  return (
    <Card
      title={text.title}
      act={
        !object.view && (
          <Button size="compact-sm" variant="default" onClick={() => setOpened(true)}>
            {rule ? text.edit : text.add}
          </Button>
        )
      }
    >
      {rule ? (
        <Facts
          facts={[
            [
              text.field,
              <span key="field" className="mono">
                {rule.field}
              </span>,
            ],
            [text.start, number(rule.start)],
          ]}
        />
      ) : (
        <Text size="sm" c="dimmed" role="status">
          {object.extends ? text.inherited(object.extends) : text.none}
        </Text>
      )}
      <NumberPanel object={object} opened={opened} onClose={() => setOpened(false)} />
    </Card>
  );
}

function NumberPanel({ object, opened, onClose }: { object: ObjectDetail; opened: boolean; onClose: () => void }) {
  const rule = object.definition.number;
  const fields = allFields(object).filter((f) => f.type === 'number' && f.index);
  const was = { field: rule?.field ?? fields[0]?.name ?? '', start: rule?.start ?? 1001 };
  const [draft, setDraft] = useState<{ field: string; start: number | '' }>(was);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const change = useVersion(object, opened);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed stays when the object is loaded again
  useEffect(() => {
    if (!opened) return;
    setDraft(was);
    setErrors({});
  }, [opened]);
  const submit = async () => {
    await change((header) =>
      api.PATCH('/objects/{object}', {
        params: { path: { object: nameOf(object.object) }, header },
        body: { number: { field: draft.field, start: draft.start || 0 } },
      }),
    );
    done(words.state.saved);
    onClose();
  };
  return (
    <Panel
      opened={opened}
      title={text.title}
      submit={words.do.save}
      dirty={JSON.stringify(draft) !== JSON.stringify(was)}
      onSubmit={submit}
      onClose={onClose}
      labels={{ 'number.field': text.field, 'number.start': text.start }}
      onFieldErrors={setErrors}
    >
      <NativeSelect
        label={text.field}
        description={text.fieldHelp}
        value={draft.field}
        onChange={(e) => setDraft({ ...draft, field: e.currentTarget.value })}
        data={fields.map((f) => ({ value: f.name, label: f.label ? `${f.label} (${f.name})` : f.name }))}
        error={errors['number.field']}
        data-autofocus
      />
      <NumberInput
        label={text.start}
        description={text.startHelp}
        value={draft.start}
        onChange={(value) => setDraft({ ...draft, start: typeof value === 'number' ? value : '' })}
        allowDecimal={false}
        hideControls
        error={errors['number.start']}
      />
    </Panel>
  );
}
