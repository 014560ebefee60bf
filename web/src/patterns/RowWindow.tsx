import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Where somebody was in a list: how far down, at which row, where the rows began, and how high their parts were. */
export interface Place {
  top: number;
  row: number;
  start: number;
  heights: Record<number, number>;
}

/** A place at the beginning. */
export const beginning = (): Place => ({ top: 0, row: -1, start: 0, heights: {} });

const size = 20; // rows of a part
const few = 60; // a list of no more rows is there whole
const margin = 600; // pixels above and below the window in which parts are there

interface Props {
  rows: number;
  columns: number;
  /** About how high a row is, in pixels, until it is known. */
  guess: number;
  /** Where the list was left; what is measured is kept in it. */
  place: Place;
  /** A row that has to be there, because the keyboard is at it. */
  at: number;
  children: (from: number, to: number) => ReactNode;
}

/** The rows of a long table in parts, of which only those near the window are there; gaps of their heights stand for the others. */
export function RowWindow({ rows, columns, guess, place, at, children }: Props) {
  const parts = Math.ceil(rows / size);
  const heightOf = (part: number): number => place.heights[part] ?? Math.min(size, rows - part * size) * guess;
  const sum = (from: number, to: number): number => {
    let height = 0;
    for (let i = from; i < to; i++) height += heightOf(i);
    return height;
  };
  /** The parts near a window that begins so far below the first row. */
  const near = (top: number): [number, number] => {
    if (rows <= few) return [0, parts];
    let first = 0;
    let above = 0;
    while (first < parts - 1 && above + heightOf(first) < top - margin) above += heightOf(first++);
    let end = first;
    for (let below = above; end < parts && below < top + window.innerHeight + margin; end++) below += heightOf(end);
    return [first, Math.max(end, first + 1)];
  };
  const [shown, setShown] = useState(() => near(place.top - place.start));
  const gap = useRef<HTMLTableSectionElement>(null);
  const bodies = useRef(new Map<number, HTMLTableSectionElement>());
  const [first, end] = [Math.min(shown[0], Math.max(0, parts - 1)), Math.min(shown[1], parts)];

  const look = useRef(() => {});
  look.current = () => {
    const box = gap.current?.getBoundingClientRect();
    if (!box) return;
    place.start = box.top + window.scrollY;
    const next = near(-box.top);
    setShown((before) => (before[0] === next[0] && before[1] === next[1] ? before : next));
  };
  useEffect(() => {
    const again = () => look.current();
    window.addEventListener('scroll', again, { passive: true });
    window.addEventListener('resize', again);
    return () => {
      window.removeEventListener('scroll', again);
      window.removeEventListener('resize', again);
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows, another look
  useLayoutEffect(() => {
    for (const [part, body] of bodies.current) place.heights[part] = body.getBoundingClientRect().height;
    look.current();
  }, [rows, first, end, guess, columns]);

  const part = Math.floor(at / size);
  const missing = at >= 0 && at < rows && (part < first || part >= end);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the keyboard moves, not when the window does
  useEffect(() => {
    if (missing) window.scrollTo(0, place.start + sum(0, part));
  }, [at]);

  const keep = useCallback((i: number, body: HTMLTableSectionElement | null) => {
    if (body) bodies.current.set(i, body);
    else bodies.current.delete(i);
  }, []);
  const empty = (height: number) => (
    <tr data-gap aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0 }} />
    </tr>
  );
  return (
    <>
      <tbody ref={gap}>{first > 0 && empty(sum(0, first))}</tbody>
      {Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i).map((i) => (
        <tbody key={i} ref={(body) => keep(i, body)}>
          {children(i * size, Math.min(rows, (i + 1) * size))}
        </tbody>
      ))}
      {end < parts && <tbody>{empty(sum(end, parts))}</tbody>}
    </>
  );
}
