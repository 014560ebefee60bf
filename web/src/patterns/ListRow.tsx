import { Checkbox, Table } from '@mantine/core';
import type { Row } from '@tanstack/react-table';
import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import { words } from '@/words';
import type { Mark } from './liveRows';

interface Props<Data> {
  row: Row<Data>;
  name: string;
  /** The keyboard's cursor is here. */
  at: boolean;
  ticks: boolean;
  /** What somebody has just done to it. */
  mark?: Mark;
  open?: () => void;
  children: ReactNode;
}

/** A row: opens by a click that meant the row, is ticked in its first cell. */
export function ListRow<Data>({ row, name, at, ticks, mark, open, children }: Props<Data>) {
  const place = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (at) place.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const click = (event: MouseEvent) => {
    const meant = event.target instanceof Element && !event.target.closest('a, button, input, label');
    if (meant && !window.getSelection()?.toString()) open?.();
  };
  return (
    <Table.Tr
      ref={place}
      onClick={click}
      data-live={mark}
      title={mark === 'gone' ? words.live.gone : undefined}
      data-cursor={at || undefined}
      data-selected={row.getIsSelected() || undefined}
      aria-selected={ticks ? row.getIsSelected() : undefined}
    >
      {ticks && (
        <Table.Td data-tick>
          <Checkbox
            size="xs"
            aria-label={words.list.select(name)}
            checked={row.getIsSelected()}
            onChange={row.getToggleSelectedHandler()}
          />
        </Table.Td>
      )}
      {children}
    </Table.Tr>
  );
}
