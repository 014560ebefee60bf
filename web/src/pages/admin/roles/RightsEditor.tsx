import { ActionIcon, Button, Checkbox, NativeSelect, Select, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { roleObjectsQuery } from '@/pages/admin/people/queries';
import { ErrorState } from '@/patterns/States';
import { number, words } from '@/words';
import { type RoleDraft, rightField, rightsOf } from './draft';
import { FieldsOfRight } from './FieldsOfRight';
import type { RoleRight } from './queries';

const text = words.roles.editor;
const acts = words.people.rights;

type Verb = 'create' | 'update' | 'delete';

const every = '*';

/** What a role may do with the records of each object: one row for each entry of its rights. */
export function RightsEditor({ draft, change }: { draft: RoleDraft; change: (part: Partial<RoleDraft>) => void }) {
  const all = useQuery(roleObjectsQuery);
  const objects = all.data ?? [];
  const [fieldsOf, setFieldsOf] = useState<string>();
  const rights = rightsOf(draft);
  const labelOf = (object: string) => objects.find((o) => o.object === object)?.label;
  const said = (object: string) => (object === every ? text.everyOther : object);
  const set = (object: string, part: Partial<RoleRight>) => {
    const right: RoleRight = { ...draft[rightField(object)], ...part };
    if ((right.read ?? 'none') === 'none') {
      right.update = false;
      right.delete = false;
    }
    change({ [rightField(object)]: right });
  };
  const missing = [
    ...(draft[rightField(every)] ? [] : [{ value: every, label: text.everyOther }]),
    ...objects
      .filter((o) => !draft[rightField(o.object)])
      .map((o) => ({ value: o.object, label: o.label ? `${o.label} (${o.object})` : o.object })),
  ];
  const tick = (object: string, right: RoleRight, verb: Verb) => (
    <Table.Td>
      <Checkbox
        aria-label={text.of(acts[verb], said(object))}
        checked={right[verb] ?? false}
        disabled={verb !== 'create' && (right.read ?? 'none') === 'none'}
        onChange={(e) => set(object, { [verb]: e.currentTarget.checked })}
      />
    </Table.Td>
  );

  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {text.rightsHelp}
      </Text>
      {rights.length === 0 ? (
        <Text size="sm" role="status">
          {text.none}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={760}>
          <Table verticalSpacing={6} aria-label={text.rights} style={{ overflowWrap: 'anywhere' }}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{acts.object}</Table.Th>
                <Table.Th w={165}>{acts.read}</Table.Th>
                <Table.Th w={84}>{acts.create}</Table.Th>
                <Table.Th w={84}>{acts.update}</Table.Th>
                <Table.Th w={84}>{acts.delete}</Table.Th>
                <Table.Th w={150}>{text.fields}</Table.Th>
                <Table.Th w={44}>
                  <VisuallyHidden>{words.list.actions}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rights.map(([object, right]) => (
                <Table.Tr key={object}>
                  <Table.Th scope="row" fw={500}>
                    {said(object)}
                    {labelOf(object) && labelOf(object) !== object && (
                      <Text size="xs" c="dimmed" fw={400}>
                        {labelOf(object)}
                      </Text>
                    )}
                  </Table.Th>
                  <Table.Td>
                    <NativeSelect
                      size="xs"
                      aria-label={text.of(acts.read, said(object))}
                      value={right.read ?? 'none'}
                      onChange={(e) => set(object, { read: e.currentTarget.value as RoleRight['read'] })}
                      data={Object.entries(text.rows).map(([value, label]) => ({ value, label }))}
                    />
                  </Table.Td>
                  {tick(object, right, 'create')}
                  {tick(object, right, 'update')}
                  {tick(object, right, 'delete')}
                  <Table.Td>
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="gray"
                      onClick={() => setFieldsOf(object)}
                      aria-label={text.of(text.fields, said(object))}
                    >
                      {text.fieldsShort(number(right.hidden?.length ?? 0), number(right.read_only?.length ?? 0))}
                    </Button>
                  </Table.Td>
                  <Table.Td>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={text.remove(said(object))}
                      onClick={() => change({ [rightField(object)]: undefined })}
                    >
                      <IconX size={16} />
                    </ActionIcon>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {all.isLoadingError ? (
        <ErrorState error={all.error} retry={() => void all.refetch()} />
      ) : (
        <Select
          label={text.add}
          description={text.addHelp}
          searchable
          value={null}
          onChange={(object) => object && change({ [rightField(object)]: { read: 'all' } })}
          data={missing}
          nothingFoundMessage={acts.noMatch}
          limit={100}
          maw={420}
        />
      )}
      <FieldsOfRight
        object={fieldsOf}
        right={fieldsOf ? (draft[rightField(fieldsOf)] ?? {}) : {}}
        onChange={(part) => fieldsOf && set(fieldsOf, part)}
        onClose={() => setFieldsOf(undefined)}
      />
    </Stack>
  );
}
