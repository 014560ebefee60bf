import { useSyncExternalStore } from 'react';

/** What a person has set for the app, by name. Kept in this browser. */
const prefix = 'provost.';
const listeners = new Set<() => void>();
const read = new Map<string, { text: string | null; value: unknown }>();

function load<Value>(name: string, fallback: Value): Value {
  const text = localStorage.getItem(prefix + name);
  const known = read.get(name);
  if (known && known.text === text) return known.value as Value;
  let value = fallback;
  try {
    if (text !== null) value = JSON.parse(text) as Value;
  } catch {
    // somebody else's text: as if nothing was set
  }
  read.set(name, { text, value });
  return value;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** A setting of the person and how to change it. Other tabs follow. */
export function usePreference<Value>(name: string, fallback: Value): [Value, (value: Value) => void] {
  const value = useSyncExternalStore(subscribe, () => load(name, fallback));
  const set = (next: Value) => {
    localStorage.setItem(prefix + name, JSON.stringify(next));
    for (const listener of listeners) listener();
  };
  return [value, set];
}
