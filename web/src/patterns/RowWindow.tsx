import { type ReactNode, useEffect, useRef, useState } from 'react';

/** Where somebody was in a list: how far down, at which row, and how high its parts were. */
export interface Place {
  top: number;
  row: number;
  heights: Record<number, number>;
}

const size = 50; // rows of a part
const margin = 1200; // pixels above and below the window in which parts are there

interface Props {
  rows: number;
  columns: number;
  /** About how high a row is, in pixels, until it is known. */
  guess: number;
  /** Where the list was left; heights are kept in it. */
  place: Place;
  back: boolean;
  children: (from: number, to: number) => ReactNode;
}

/** The rows of a long table in parts, of which only those near the window are there; a gap of their height stands for the others. */
export function RowWindow({ rows, columns, guess, place, back, children }: Props) {
  let above = 0;
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => {
    const from = i * size;
    const to = Math.min(rows, from + size);
    const height = place.heights[i] ?? (to - from) * guess;
    const near = !back || (above < place.top + window.innerHeight + margin && above + height > place.top - margin);
    above += height;
    return (
      <Part
        key={from}
        near={near}
        keep={i === 0 && rows <= 2 * size}
        height={height}
        columns={columns}
        measured={(h) => (place.heights[i] = h)}
      >
        {() => children(from, to)}
      </Part>
    );
  });
}

interface PartProps {
  near: boolean;
  keep: boolean;
  height: number;
  columns: number;
  measured: (height: number) => void;
  children: () => ReactNode;
}

function Part({ near, keep, height, columns, measured, children }: PartProps) {
  const [there, setThere] = useState(near);
  const place = useRef<HTMLTableSectionElement>(null);
  const latest = useRef(measured);
  latest.current = measured;
  useEffect(() => {
    const element = place.current;
    if (!element || keep) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const entry = entries.at(-1);
        if (!entry) return;
        if (!entry.isIntersecting) latest.current(entry.boundingClientRect.height);
        setThere(entry.isIntersecting);
      },
      { rootMargin: `${margin}px 0px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [keep]);
  return (
    <tbody ref={place}>
      {there || keep ? (
        children()
      ) : (
        <tr data-gap aria-hidden>
          <td colSpan={columns} style={{ height, padding: 0 }} />
        </tr>
      )}
    </tbody>
  );
}
