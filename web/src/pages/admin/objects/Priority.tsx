import { Button, Group, NativeSelect, Table } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { Card, Facts } from '@/patterns/Record';
import { EmptyState } from '@/patterns/States';
import { words } from '@/words';
import classes from './objects.module.css';
import { allFields, nameOf, type ObjectDetail } from './queries';
import { useVersion } from './useVersion';

const text = words.objects.priority;

/** The priority matrix: which fields it computes from which. */
export function Priority({ object }: { object: ObjectDetail }) {
  const [open, setOpen] = useState<'edit' | 'remove'>();
  const close = () => setOpen(undefined);
  const change = useVersion(object, open === 'remove');
  const rule = object.definition.priority;
  const remove = async () => {
    await change((header) => api.DELETE('/objects/{object}/priority', { params: { path: { object: nameOf(object.object) }, header } }));
    done(words.state.saved);
    close();
  };
  return (
    <>
      {!rule && (
        <EmptyState icon={IconTable} title={text.none} act={!object.view && <Button onClick={() => setOpen('edit')}>{text.add}</Button>}>
          {text.noneHelp}
        </EmptyState>
      )}
      {rule && (
        <Card
          title={words.objects.tabs.priority}
          act={
            <Group gap="xs">
              <Button size="compact-sm" variant="default" onClick={() => setOpen('edit')}>
                {text.edit}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => setOpen('remove')}>
                {text.remove}
              </Button>
            </Group>
          }
        >
          <Facts
            facts={(['field', 'impact', 'urgency'] as const).map((key) => [
              key === 'field' ? text.field : text[key],
              <span key={key} className="mono">
                {rule[key]}
              </span>,
            ])}
          />
          <Table mt="md" className={classes.matrix} withTableBorder withColumnBorders aria-label={words.objects.tabs.priority} maw={420}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{text.corner}</Table.Th>
                {text.levels.map((level) => (
                  <Table.Th key={level} scope="col">
                    {level}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {text.levels.map((level, row) => (
                <Table.Tr key={level}>
                  <Table.Th scope="row">{level}</Table.Th>
                  {text.levels.map((other, column) => (
                    <Table.Td key={other}>{row + column + 1}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Card>
      )}
      <MatrixPanel object={object} opened={open === 'edit'} onClose={close} />
      <Confirm opened={open === 'remove'} title={text.removeTitle} act={text.remove} onConfirm={remove} onClose={close}>
        {text.removeEffect}
      </Confirm>
    </>
  );
}

function MatrixPanel({ object, opened, onClose }: { object: ObjectDetail; opened: boolean; onClose: () => void }) {
  const fields = allFields(object).filter((f) => !f.type || f.type === 'text' || f.type === 'picklist');
  const guess = (name: string) => fields.find((f) => f.name.toLowerCase() === name.toLowerCase())?.name ?? fields[0]?.name ?? '';
  const was = object.definition.priority ?? { field: guess('Priority'), impact: guess('Impact'), urgency: guess('Urgency') };
  const [draft, setDraft] = useState(was);
  const change = useVersion(object, opened);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed stays when the object is loaded again
  useEffect(() => {
    if (opened) setDraft(was);
  }, [opened]);
  const submit = async () => {
    await change((header) =>
      api.PATCH('/objects/{object}', { params: { path: { object: nameOf(object.object) }, header }, body: { priority: draft } }),
    );
    done(words.state.saved);
    onClose();
  };
  return (
    <Panel
      opened={opened}
      title={words.objects.tabs.priority}
      submit={words.do.save}
      dirty={JSON.stringify(draft) !== JSON.stringify(was)}
      onSubmit={submit}
      onClose={onClose}
    >
      {(['field', 'impact', 'urgency'] as const).map((key) => (
        <NativeSelect
          key={key}
          label={text[key]}
          description={key === 'field' ? text.fieldsHelp : undefined}
          value={draft[key]}
          onChange={(e) => setDraft({ ...draft, [key]: e.currentTarget.value })}
          data={fields.map((f) => f.name)}
          data-autofocus={key === 'field' || undefined}
        />
      ))}
    </Panel>
  );
}
