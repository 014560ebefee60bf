import { useSyncExternalStore } from 'react';
import { fetchJSON } from '@/api/client';

/** What a person has set for the app, by name. The program keeps it, so that it follows the person; this browser has a copy. */
type Preferences = Record<string, unknown>;

const address = '/api/me/preferences';
const copy = 'provost.preferences';
const listeners = new Set<() => void>();
let current: Preferences = read();
let kept = false; // by the program

function read(): Preferences {
  try {
    return JSON.parse(localStorage.getItem(copy) ?? '{}') as Preferences;
  } catch {
    return {};
  }
}

function change(next: Preferences) {
  current = next;
  localStorage.setItem(copy, JSON.stringify(next));
  for (const listener of listeners) listener();
}

/** Takes over what the program keeps for the person who has just been found to be signed in. */
export async function loadPreferences() {
  change(await fetchJSON<Preferences>(address));
  kept = true;
}

let waiting: ReturnType<typeof setTimeout> | undefined;

/** Keeps what was set, once for several changes in a row. Without an answer this browser's copy still has it. */
function keep() {
  if (!kept) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    fetchJSON(address, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(current) }).catch(() => {});
  }, 500);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A setting of the person and how to change it. */
export function usePreference<Value>(name: string, fallback: Value): [Value, (value: Value) => void] {
  const value = useSyncExternalStore(subscribe, () => current[name]) as Value | undefined;
  const set = (next: Value) => {
    change({ ...current, [name]: next });
    keep();
  };
  return [value ?? fallback, set];
}
