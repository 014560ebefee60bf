import { Button, Stack, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { number, words } from '@/words';

const text = words.people.rights;

type Extent = keyof typeof text.extents;

/** What may be done with the records of an object; * stands for every object. */
export interface RightsRow {
  object: string;
  read: Extent;
  create: Extent;
  update: Extent;
  delete: Extent;
  hidden?: string[];
  read_only?: string[];
}

/** How many objects are shown before all are asked for. */
const few = 10;

/** What may be done with the records of each object: none, one's own, the team's or all; and which fields are withheld. */
export function RightsTable({ objects, label }: { objects: RightsRow[]; label: string }) {
  const [wanted, setWanted] = useState('');
  const [all, setAll] = useState(false);
  const matching = objects.filter((o) => o.object.toLowerCase().includes(wanted.trim().toLowerCase()));
  const shown = all || wanted ? matching : matching.slice(0, few);

  return (
    <Stack gap="sm">
      {objects.length > few && (
        <TextInput
          type="search"
          aria-label={text.narrow}
          placeholder={text.narrow}
          value={wanted}
          onChange={(e) => setWanted(e.currentTarget.value)}
          maw={260}
        />
      )}
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed" role="status">
          {objects.length === 0 ? text.none : text.noMatch}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={520}>
          <Table verticalSpacing={6} layout="fixed" aria-label={label} style={{ overflowWrap: 'anywhere' }}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w="36%">{text.object}</Table.Th>
                <Table.Th>{text.read}</Table.Th>
                <Table.Th>{text.create}</Table.Th>
                <Table.Th>{text.update}</Table.Th>
                <Table.Th>{text.delete}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((o) => (
                <Table.Tr key={o.object}>
                  <Table.Th scope="row" fw={500}>
                    {o.object === '*' ? text.every : o.object}
                    {o.hidden && o.hidden.length > 0 && <Withheld>{text.hidden(o.hidden.join(', '))}</Withheld>}
                    {o.read_only && o.read_only.length > 0 && <Withheld>{text.readOnly(o.read_only.join(', '))}</Withheld>}
                  </Table.Th>
                  <Cell of={o.read} />
                  <Cell of={o.create} />
                  <Cell of={o.update} />
                  <Cell of={o.delete} />
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {matching.length > few && !wanted && (
        <div>
          <Button variant="subtle" size="compact-sm" color="gray" onClick={() => setAll(!all)} aria-expanded={all}>
            {all ? text.showFew : text.showAll(number(matching.length))}
          </Button>
        </div>
      )}
    </Stack>
  );
}

const Cell = ({ of }: { of: Extent }) => <Table.Td c={of === 'none' ? 'dimmed' : undefined}>{text.extents[of]}</Table.Td>;

const Withheld = ({ children }: { children: string }) => (
  <Text size="xs" c="dimmed" fw={400}>
    {children}
  </Text>
);
