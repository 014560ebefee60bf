import { Table, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './cardtable.module.css';

interface Props {
  label: string;
  /** Of the columns. Each cell says its own again in data-label: the narrow layout has no row of heads. */
  heads: readonly Head[];
  spacing?: number | 'xs';
  children: ReactNode;
}

/** What stands above a column; hidden: for those alone who hear the page. */
export type Head = string | { hidden: string };

/** A short table in a card: where there is no room for columns, each row is a block with its cells one below the other. */
export function CardTable({ label, heads, spacing = 'xs', children }: Props) {
  const id = useId();
  return (
    <div className={classes.frame}>
      <Table verticalSpacing={spacing} aria-label={label} className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a table stay where they are
              <Table.Th key={`${id}${i}`}>{typeof head === 'string' ? head : <VisuallyHidden>{head.hidden}</VisuallyHidden>}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  );
}
