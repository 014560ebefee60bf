import { Text, Tooltip } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import { words } from '@/words';
import { formats } from '@/words/localisation';
import classes from './time.module.css';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago, or until when, in words; from 30 days on the date. Both in milliseconds since 1970. */
export function ago(then: number, now: number): string {
  const { relative, date } = formats();
  const seconds = Math.round((then - now) / 1000);
  const far = Math.abs(seconds);
  if (far < 45) return relative.format(0, 'second');
  if (far < hour) return relative.format(Math.round(seconds / minute), 'minute');
  if (far < day) return relative.format(Math.round(seconds / hour), 'hour');
  if (far < 30 * day) return relative.format(Math.round(seconds / day), 'day');
  return date.format(then);
}

/** The exact time as people read it, in their own zone. */
export const exactTime = (iso: string): string => formats().exact.format(new Date(iso));

const every = 30_000;
const listeners = new Set<() => void>();
let now = Date.now();
let ticking: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on a page: a list shows hundreds. */
function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now();
    ticking = setInterval(() => {
      now = Date.now();
      for (const tell of listeners) tell();
    }, every);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(ticking);
  };
}

const read = (): number => now;

/** A time: relative, the exact one in the person's zone and in UTC on hover. Nothing, or none, where there is none. */
export function Time({ at, none = '' }: { at: string | null | undefined; none?: string }) {
  const current = useSyncExternalStore(subscribe, read);
  const [looked, setLooked] = useState(false); // a tooltip is dear, and most times are never looked at so closely
  if (!at)
    return none ? (
      <Text span inherit c="dimmed">
        {none}
      </Text>
    ) : null;
  const time = new Date(at);
  const shown = (
    <time dateTime={at} className={classes.time} onPointerEnter={() => setLooked(true)}>
      {ago(time.getTime(), current)}
    </time>
  );
  if (!looked) return shown;
  return <Tooltip label={`${formats().exact.format(time)} · ${time.toISOString().replace(/\.\d+Z$/, 'Z')}`}>{shown}</Tooltip>;
}

/** A span of time in whole units. */
export function duration(seconds: number): string {
  if (seconds % 3600 === 0) return words.registrations.hours(String(seconds / 3600));
  if (seconds % 60 === 0) return words.registrations.minutes(String(seconds / 60));
  return words.registrations.seconds(String(seconds));
}
