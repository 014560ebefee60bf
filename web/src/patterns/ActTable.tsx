import type { ReactNode } from 'react';
import { words } from '@/words';
import { CardTable } from './CardTable';

interface Props {
  label: string;
  /** Of the columns; the last one, which holds what can be done with a row, has none that is seen. */
  heads: string[];
  children: ReactNode;
}

/** A short table in a card, whose rows end with what can be done with them (data-acts). What has many rows is a List. */
export function ActTable({ label, heads, children }: Props) {
  return (
    <CardTable label={label} heads={[...heads, { hidden: words.list.actions }]}>
      {children}
    </CardTable>
  );
}
