import { NativeSelect, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Panel } from '@/patterns/Panel';
import { words } from '@/words';
import { Control } from './Control';
import { keyOf, partsOf, type Values } from './definition';
import type { ObjectDetail } from './queries';

const text = words.desk;

interface Props {
  object: ObjectDetail;
  /** "12 incidents". */
  several: string;
  opened: boolean;
  onClose: () => void;
  onChosen: (values: Values) => void;
}

/** Chooses a field and its value for several records. Status and who has them come first. */
export function SetField({ object, several, opened, onClose, onChosen }: Props) {
  const rank = (name: string): number => {
    const at = object.list_columns.indexOf(name);
    return name === object.status?.field ? -1 : at < 0 ? object.list_columns.length : at;
  };
  const fields = object.fields
    .filter((f) => !f.read_only && !f.system && !f.mirror && !f.write_only)
    .toSorted((a, b) => rank(a.name) - rank(b.name));
  const [name, setName] = useState('');
  const [values, setValues] = useState<Values>({});
  useEffect(() => {
    if (opened) setValues({});
  }, [opened]);
  const field = fields.find((f) => f.name === name) ?? fields[0];
  return (
    <Panel
      opened={opened}
      title={text.setTitle(several)}
      submit={text.setAct(several)}
      dirty={Object.keys(values).length > 0}
      onClose={onClose}
      onSubmit={() => {
        if (!field) return;
        const empty = field.type === 'boolean' ? false : null;
        onChosen(Object.fromEntries(partsOf(field).map((part) => [part, values[part] ?? empty])));
      }}
    >
      {field ? (
        <>
          <NativeSelect
            label={text.setField}
            value={field.name}
            onChange={(e) => {
              setName(e.currentTarget.value);
              setValues({});
            }}
            data={fields.map((f) => ({ value: f.name, label: f.label }))}
            data-autofocus
          />
          <Control
            key={field.name}
            def={object}
            field={field}
            label={field.label}
            values={values}
            change={(part) => setValues((before) => ({ ...before, ...part }))}
          />
          {!values[keyOf(field)] && field.type !== 'boolean' && (
            <Text size="sm" c="dimmed">
              {text.setEmpty}
            </Text>
          )}
        </>
      ) : (
        <Text size="sm">{text.setNone}</Text>
      )}
    </Panel>
  );
}
