import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import { refresher } from './liveKeys';
import { follow, type Told } from './liveSource';
import { meQuery } from './session';

/** Whether what is on screen follows what happens, and since when it does not. */
interface Link {
  on: boolean;
  /** When there was contact last, in milliseconds since 1970. */
  at: number;
}

let link: Link = { on: true, at: Date.now() };
const watchers = new Set<() => void>();
const hearers = new Set<(event: Told) => void>();

function contact(on: boolean) {
  if (on) link = link.on ? link : { on, at: Date.now() };
  else if (link.on) link = { on, at: Date.now() };
  else return;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export const useLink = (): Link => useSyncExternalStore(watch, () => link);

/** Loads again what is on screen when somebody has written it, wherever. Stands in the shell once. */
export function Live() {
  const client = useQueryClient();
  useEffect(() => {
    if (typeof EventSource === 'undefined') return;
    const fresh = refresher(client);
    const stop = follow({
      told: (event) => {
        fresh.told(event);
        for (const hear of hearers) hear(event);
      },
      reset: fresh.all,
      doubt: () => void client.invalidateQueries({ queryKey: meQuery.queryKey }),
      contact,
    });
    return () => {
      stop();
      fresh.stop();
    };
  }, [client]);
  return null;
}

/** Calls back for each write that is told. */
export function useTold(hear: (event: Told) => void) {
  const latest = useEffectEvent(hear);
  useEffect(() => {
    const heard = (event: Told) => latest(event);
    hearers.add(heard);
    return () => {
      hearers.delete(heard);
    };
  }, []);
}

/**
 * Whether somebody has saved a thing while it is being edited here. object and id are those of the audit trail; extra ones are parts of it.
 * The second value forgets it, after what is new was taken over or is to be written over. A deletion is said when it is saved.
 */
export function useSavedElsewhere(object: string, id: string, editing: boolean): [saved: boolean, forget: () => void] {
  const [saved, setSaved] = useState(false);
  useEffect(() => {
    if (!editing) setSaved(false);
  }, [editing]);
  useTold((event) => {
    if (editing && !event.action?.endsWith('.delete') && event.object === object && event.id?.toUpperCase() === id.toUpperCase())
      setSaved(true);
  });
  return [saved, () => setSaved(false)];
}
