import { Button, Group, Stack, Table, Text, TextInput, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { useAct } from '@/app/acts';
import { useShortcut } from '@/app/keys';
import { Confirm } from '@/patterns/Confirm';
import { done } from '@/patterns/notice';
import { Card } from '@/patterns/Record';
import { words } from '@/words';
import { FieldPanel } from './FieldPanel';
import classes from './objects.module.css';
import { type Field, nameOf, type ObjectDetail, objectsKey } from './queries';
import { useVersion } from './useVersion';

const text = words.objects.field;

type FieldType = keyof typeof text.types;

/** What a field's type is called. */
export const typeOf = (f: Field) => text.types[(f.type ?? 'text') as FieldType];

/** What else is to be known of a field, in words. */
function details(f: Field): string {
  const { flags } = text;
  return [
    f.list ?? (f.from ? f.from.object : undefined) ?? f.target,
    f.required && flags.required,
    f.index === 'unique' ? flags.unique : f.index === 'sparse' ? flags.sparse : f.index === true && flags.index,
    f.search && flags.search,
    f.template && flags.computed,
    f.readOnly && flags.readOnly,
    f.writeOnly && flags.writeOnly,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The fields of an object: those of its base, of the product and of the tenant. */
export function Fields({ object }: { object: ObjectDetail }) {
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<{ field?: Field }>();
  const [removing, setRemoving] = useState<Field>();
  const change = useVersion(object, removing !== undefined);
  const view = object.view;
  const start = () => setOpen({});
  useAct(view ? undefined : text.new, start);
  useShortcut('c', text.new, start, { enabled: !view });

  const rows: [Field, keyof typeof text.origins][] = [
    ...object.inherited.map((f): [Field, 'inherited'] => [f, 'inherited']),
    ...(object.definition.fields ?? []).map((f): [Field, 'stock' | 'own'] => [f, f.stock ? 'stock' : 'own']),
  ];
  const shown = rows.filter(([f]) => `${f.name} ${f.label ?? ''} ${typeOf(f)}`.toLowerCase().includes(search.trim().toLowerCase()));
  const remove = async () => {
    if (!removing) return;
    await change((header) =>
      api.DELETE('/objects/{object}/fields/{field}', {
        params: { path: { object: nameOf(object.object), field: removing.name }, header },
      }),
    );
    done(text.removed(removing.name));
    setRemoving(undefined);
    setOpen(undefined);
  };

  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <TextInput
          type="search"
          aria-label={text.narrow}
          placeholder={text.narrow}
          leftSection={<IconSearch size={16} />}
          value={search}
          onChange={(e) => setSearch(e.currentTarget.value)}
        />
        {!view && (
          <Button leftSection={<IconPlus size={16} />} onClick={start}>
            {text.new}
          </Button>
        )}
      </Group>
      <div className={classes.frame}>
        <Table verticalSpacing={8} horizontalSpacing="md" aria-label={words.objects.fields} className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text.name}</Table.Th>
              <Table.Th>{text.type}</Table.Th>
              <Table.Th visibleFrom="sm">{text.details}</Table.Th>
              <Table.Th visibleFrom="xs">{text.origin}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(([f, origin]) => (
              <Table.Tr key={f.name}>
                <Table.Td>
                  {origin === 'inherited' || view ? (
                    <Text size="sm" fw={500}>
                      {f.label || f.name}
                    </Text>
                  ) : (
                    <UnstyledButton className={classes.name} onClick={() => setOpen({ field: f })}>
                      {f.label || f.name}
                    </UnstyledButton>
                  )}
                  <Text size="xs" c="dimmed" className="mono">
                    {f.name}
                  </Text>
                </Table.Td>
                <Table.Td>{typeOf(f)}</Table.Td>
                <Table.Td visibleFrom="sm">{details(f)}</Table.Td>
                <Table.Td visibleFrom="xs">{text.origins[origin]}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {shown.length === 0 && (
          <Text size="sm" c="dimmed" p="md" role="status">
            {text.none}
          </Text>
        )}
      </div>
      {(object.definition.retired?.length ?? 0) > 0 && (
        <Card title={text.retired}>
          <Text size="sm" c="dimmed" mb="xs">
            {text.retiredHelp}
          </Text>
          {object.definition.retired?.map((r) => (
            <Text key={r.name} size="sm">
              <span className="mono">{r.name}</span>: {text.types[r.type as FieldType] ?? r.type}
            </Text>
          ))}
        </Card>
      )}
      <FieldPanel
        object={object}
        opened={open !== undefined}
        field={open?.field}
        onClose={() => setOpen(undefined)}
        onRemove={setRemoving}
      />
      <Confirm
        opened={removing !== undefined}
        title={text.removeTitle(removing?.name ?? '')}
        act={text.remove}
        onConfirm={remove}
        onClose={() => setRemoving(undefined)}
      >
        {text.removeEffect(removing?.name ?? '')} {removing && <Held object={object} field={removing} />}
      </Confirm>
    </Stack>
  );
}

/** What the server says of a removal: how many records hold a value. */
function Held({ object, field }: { object: ObjectDetail; field: Field }) {
  const preview = useQuery({
    queryKey: [...objectsKey, 'removal', object.tag, field.name],
    queryFn: () =>
      body(
        api.POST('/objects/validate', {
          body: {
            objects: [{ ...object.definition, fields: (object.definition.fields ?? []).filter((f) => f.name !== field.name) }],
          },
        }),
      ),
  });
  if (preview.isPending) return <VisuallyHidden>{text.counting}</VisuallyHidden>;
  const said = preview.data?.problems[0]?.message ?? preview.data?.changes.find((c) => c.name === field.name)?.note;
  return said ? <strong>{said}</strong> : null;
}
