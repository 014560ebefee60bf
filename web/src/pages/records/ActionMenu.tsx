import { Button, Menu, Stack, Text } from '@mantine/core';
import { IconBolt, IconChevronDown } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { runAction, type TaggedRecord } from '@/api/odata';
import { Problem, problemOf } from '@/api/problem';
import { useAct } from '@/app/acts';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { words } from '@/words';
import { Control } from './Control';
import { type Field, fieldOf, keyOf, partsOf, type Values } from './definition';
import { type ObjectDetail, recordKey } from './queries';
import { refusalOf } from './refusal';

const text = words.record;

type Action = ObjectDetail['actions'][number];

/** Whether an action is for a record as it is. */
export function fits(action: Action, record: Values): boolean {
  if (record.ReadOnly === true && !action.closed) return false;
  return Object.entries(action.when ?? {}).every(([field, values]) => {
    const is = String(record[field] ?? '').toLowerCase();
    return values.some((value) => value.toLowerCase() === is);
  });
}

/** The quick actions of a record: those that are for it as it is, and that the person may run. */
export function ActionMenu({ def, found, name }: { def: ObjectDetail; found: TaggedRecord; name: string }) {
  const [chosen, setChosen] = useState<Action>();
  const actions = def.actions.filter((action) => fits(action, found.record));
  if (actions.length === 0) return null;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBolt size={16} />} rightSection={<IconChevronDown size={14} />}>
            {text.actions}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
          {actions.map((action) => (
            <Menu.Item key={action.id} onClick={() => setChosen(action)}>
              {action.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {actions.map((action) => (
        <Offer key={action.id} label={action.label} run={() => setChosen(action)} />
      ))}
      {chosen && <Run key={chosen.id} action={chosen} def={def} found={found} name={name} close={() => setChosen(undefined)} />}
    </>
  );
}

/** The action in the palette. */
function Offer({ label, run }: { label: string; run: () => void }) {
  useAct(label, run);
  return null;
}

/** Asks for what an action needs, and runs it. */
function Run({
  action,
  def,
  found,
  name,
  close,
}: {
  action: Action;
  def: ObjectDetail;
  found: TaggedRecord;
  name: string;
  close: () => void;
}) {
  const client = useQueryClient();
  const { record } = found;
  const [opened, setOpened] = useState(true);
  const [answers, setAnswers] = useState<Values>(() =>
    Object.fromEntries(action.prompts.filter((p) => p.default).map((p) => [p.field, p.default])),
  );
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [more, setMore] = useState<string[]>([]); // fields that the program asks for besides, such as those of a status
  useEffect(() => {
    if (!opened) close();
  }, [opened, close]);

  const asked = new Map<string, { label?: string; required: boolean }>(action.prompts.map((p) => [p.field, p]));
  for (const field of more) if (!asked.has(field)) asked.set(field, { required: true });
  const prompts = [...asked].flatMap(([property, prompt]) => {
    const field = fieldOf(def, property);
    return field
      ? [{ field, required: prompt.required, label: prompt.label && prompt.label !== property ? prompt.label : field.label }]
      : [];
  });
  const values = { ...record, ...answers };
  const run = async () => {
    const missing = prompts.filter((p) => p.required && !values[keyOf(p.field)]).map((p) => p.field.name);
    setErrors(Object.fromEntries(missing.map((field) => [field, text.panel.isMissing])));
    if (missing.length > 0) throw new Problem({ status: 400, code: 'prompt_missing', detail: text.answerFirst });
    try {
      const after = await runAction(def.set, record.RecId, action.path, answers);
      client.setQueryData(recordKey(def.set, record.RecId), after);
    } catch (thrown) {
      const refused = refusalOf(thrown, def);
      setErrors(refused.fields);
      setMore((before) => [...new Set([...before, ...Object.keys(refused.fields)])]);
      throw problemOf(thrown);
    }
    await client.invalidateQueries({ queryKey: ['records'] });
    done(text.ran(action.label));
    setOpened(false);
  };
  const control = ({ field, label, required }: { field: Field; label: string; required: boolean }, at: number) => (
    <Control
      key={field.name}
      def={def}
      field={field}
      label={required ? text.panel.required(label) : label}
      values={values}
      error={partsOf(field)
        .map((part) => errors[part])
        .find(Boolean)}
      change={(part) => {
        setAnswers((before) => ({ ...before, ...part }));
        setErrors((before) => Object.fromEntries(Object.entries(before).filter(([name]) => name !== field.name)));
      }}
      focus={at === 0}
    />
  );
  return (
    <Confirm
      opened={opened}
      title={text.runTitle(action.label)}
      act={action.label}
      danger={false}
      onConfirm={run}
      onClose={() => setOpened(false)}
    >
      <Stack gap="md">
        <Text size="sm">{text.runHelp(name)}</Text>
        {prompts.map(control)}
      </Stack>
    </Confirm>
  );
}
