import { hashKey, type QueryKey } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { loadedByLive } from '@/app/liveKeys';

/** What has become of a row since it was shown first. */
export type Mark = 'new' | 'changed' | 'gone';

/** Rows as they are shown, and what is known of newer ones. */
export interface Shown<Row> {
  rows: Row[];
  marks: ReadonlyMap<string, Mark>;
  /** New rows that wait, because they would move others. */
  held: number;
  /** Something else waits: another order, rows that are gone. */
  moved: boolean;
}

const nothing: ReadonlyMap<string, Mark> = new Map();

export const settled = <Row>(rows: Row[]): Shown<Row> => ({ rows, marks: nothing, held: 0, moved: false });

/**
 * What is shown once rows were loaded again because somebody wrote some. With hold no row that is there moves: new ones wait unless they
 * come last, those that are gone stay and are marked.
 */
export function merge<Row>(
  before: Shown<Row>,
  loaded: Row[],
  hold: boolean,
  rowId: (row: Row) => string,
  print: (row: Row) => string,
): Shown<Row> {
  const was = new Map(before.rows.map((row) => [rowId(row), row]));
  const now = new Map(loaded.map((row) => [rowId(row), row]));
  const marks = new Map<string, Mark>();
  for (const [id, row] of now) {
    const old = was.get(id);
    if (old === undefined) marks.set(id, 'new');
    else if (print(old) !== print(row)) marks.set(id, 'changed');
  }
  if (!hold) return { rows: loaded, marks, held: 0, moved: false };

  const common = loaded.map(rowId).filter((id) => was.has(id));
  const lastCommon = common.at(-1);
  const tail = lastCommon === undefined ? 0 : loaded.findIndex((row) => rowId(row) === lastCommon) + 1;
  const after = loaded.slice(tail).filter((row) => !was.has(rowId(row)));
  let lastKept = before.rows.length - 1;
  while (lastKept >= 0 && !now.has(rowId(before.rows[lastKept] as Row))) lastKept--;
  const rows = before.rows.map((row, i) => {
    const id = rowId(row);
    const fresh = now.get(id);
    if (fresh === undefined && i < lastKept) marks.set(id, 'gone'); // one at the end may only have gone to the next page
    return fresh ?? row;
  });
  const waits = loaded.filter((row) => !was.has(rowId(row))).length - after.length;
  const order = before.rows.map(rowId).filter((id) => now.has(id));
  const moved = [...marks.values()].includes('gone') || order.some((id, i) => id !== common[i]);
  return { rows: [...rows, ...after], marks, held: waits, moved };
}

const shownFor = 4000; // milliseconds for which a mark stays

interface Input<Row> {
  queryKey: QueryKey;
  loaded: Row[];
  /** When they were loaded, and how many pages they are. */
  at: number;
  pages: number;
  rowId: (row: Row) => string;
  /** What a row shows, to be compared. */
  print: (row: Row) => string;
  /** Somebody is at a row by the keyboard. */
  busy: boolean;
}

/** The rows of a list, which do not move under the pointer or the focus when somebody else writes. */
export function useLiveRows<Row>({ queryKey, loaded, at, pages, rowId, print, busy }: Input<Row>) {
  const hash = hashKey(queryKey);
  const inside = useRef({ pointer: false, focus: false });
  const [seen, setSeen] = useState({ hash, loaded, at, pages });
  const [shown, setShown] = useState<Shown<Row>>(() => settled(loaded));
  const [said, setSaid] = useState({ changed: 0, added: 0 });

  let current = shown;
  if (seen.hash !== hash || seen.at !== at || seen.loaded !== loaded) {
    const more = seen.hash === hash && pages > seen.pages;
    const waiting = shown.held > 0 || shown.moved;
    const hold = busy || inside.current.pointer || inside.current.focus || waiting;
    if (seen.hash === hash && seen.at > 0 && (loadedByLive(queryKey) || (more && waiting))) {
      current = merge(shown, loaded, hold, rowId, print);
      const count = (mark: Mark) => [...current.marks.values()].filter((one) => one === mark).length;
      setSaid({ changed: count('changed'), added: more ? 0 : count('new') });
      if (more) current = { ...current, marks: new Map([...current.marks].filter(([, mark]) => mark !== 'new')) };
    } else {
      current = settled(loaded);
    }
    setSeen({ hash, loaded, at, pages });
    setShown(current);
  }

  useEffect(() => {
    if (shown.marks.size === 0) return;
    const timer = setTimeout(
      () =>
        setShown((now) => {
          const left = new Map([...now.marks].filter(([, mark]) => mark === 'gone'));
          return left.size === now.marks.size ? now : { ...now, marks: left };
        }),
      shownFor,
    );
    return () => clearTimeout(timer);
  }, [shown.marks]);

  const set = (what: 'pointer' | 'focus', value: boolean) => () => {
    inside.current[what] = value;
  };
  return {
    ...current,
    said,
    /** Shows what waits. */
    settle: () => setShown({ ...merge(settled(current.rows), loaded, false, rowId, print) }),
    /** For what stands around the rows. */
    place: {
      onPointerEnter: set('pointer', true),
      onPointerLeave: set('pointer', false),
      onFocus: set('focus', true),
      onBlur: set('focus', false),
    },
  };
}
