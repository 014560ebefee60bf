import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type MouseEvent, memo, useEffect, useRef } from 'react';
import { words } from '@/words';
import type { Column } from './List';
import classes from './list.module.css';
import type { Mark } from './liveRows';

/** What can be done to a row. The same object for as long as the list is there, so that rows need not be drawn again. */
export interface RowActs<Data> {
  open: (index: number) => void;
  tick: (index: number) => void;
  /** The row is about to be left by its link. */
  leave: (index: number) => void;
  intent: (row: Data) => void;
}

interface Props<Data> {
  row: Data;
  index: number;
  name: string;
  /** Those that are shown, in their order. */
  columns: readonly Column<Data>[];
  /** The keyboard's cursor is here. */
  at: boolean;
  /** Rows can be ticked. */
  ticks: boolean;
  ticked: boolean;
  /** What somebody has just done to it. */
  mark?: Mark;
  /** Rows can be opened; by a link where there is an address. */
  opens: boolean;
  to?: string;
  acts: RowActs<Data>;
}

/** A row: opens by a click that meant the row, is ticked in its first cell. Plain elements: a list has many of them. */
function Row<Data>({ row, index, name, columns, at, ticks, ticked, mark, opens, to, acts }: Props<Data>) {
  const place = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (at) place.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const click = (event: MouseEvent) => {
    const meant = event.target instanceof Element && !event.target.closest('a, button, input, label');
    if (opens && meant && !window.getSelection()?.toString()) acts.open(index);
  };
  return (
    <tr
      ref={place}
      onClick={click}
      onPointerEnter={() => acts.intent(row)}
      aria-rowindex={index + 2}
      data-live={mark}
      title={mark === 'gone' ? words.live.gone : undefined}
      data-cursor={at || undefined}
      data-selected={ticked || undefined}
      aria-selected={ticks ? ticked : undefined}
    >
      {ticks && (
        <td data-tick>
          <input
            type="checkbox"
            className={classes.tick}
            aria-label={words.list.select(name)}
            checked={ticked}
            onChange={() => acts.tick(index)}
          />
        </td>
      )}
      {columns.map((column, c) => {
        const said = (column.cell ?? column.text)(row);
        const shown = typeof said === 'string' ? <bdi>{said}</bdi> : said;
        return (
          <td
            key={column.id}
            className={column.align && classes.right}
            data-label={column.label}
            data-first={c === 0 || undefined}
            data-wide={column.wide || undefined}
          >
            {c > 0 || !opens ? (
              shown
            ) : to ? (
              <Link to={to} className={classes.name} onClick={() => acts.leave(index)}>
                {shown}
              </Link>
            ) : (
              <UnstyledButton className={classes.name} onClick={() => acts.open(index)}>
                {shown}
              </UnstyledButton>
            )}
          </td>
        );
      })}
    </tr>
  );
}

/** A row of a list, drawn again only when something of it has changed. */
export const ListRow = memo(Row) as typeof Row;
