import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '@/words';

interface Props {
  label: string;
  /** Of the columns; the last one, which holds what can be done with a row, has none that is seen. */
  heads: string[];
  minWidth: number;
  children: ReactNode;
}

/** A short table in a card, whose rows end with what can be done with them. What has many rows is a List. */
export function ActTable({ label, heads, minWidth, children }: Props) {
  return (
    <Table.ScrollContainer type="native" tabIndex={0} minWidth={minWidth}>
      <Table verticalSpacing="xs" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
            <Table.Th>
              <VisuallyHidden>{words.list.actions}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
