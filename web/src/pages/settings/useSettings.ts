import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body, type Schema } from '@/api/client';
import { problemOf } from '@/api/problem';
import { meQuery } from '@/app/session';
import { done } from '@/patterns/notice';
import { words } from '@/words';

export type Setting = Schema<'Setting'>;

const settingsQuery = queryOptions({ queryKey: ['settings'], queryFn: async () => (await body(api.GET('/settings'))).items });

/** What a refusal says, with the settings in it as the page calls them, not as the API does. */
export const byLabel = (said: string): string =>
  said.replace(/\bthe setting "?([a-z_]+\.[a-z_]+)"?/gi, (whole, name: string) =>
    name in words.settings.names ? `“${words.settings.names[name]}”` : whole,
  );

/** The settings of some groups with what was typed for them, and how to save that. */
export interface Draft {
  settings: Setting[];
  /** What stands in the field of a setting. */
  value: (name: string) => string;
  set: (name: string, value: string) => void;
  /** Those that were typed and are not saved. */
  unsaved: string[];
  discard: () => void;
  save: () => Promise<void>;
  busy: boolean;
  error: unknown;
  /** Setting → what is wrong with it. */
  fields: Record<string, string>;
}

/** Edits the settings of some groups: what others save meanwhile in other settings stays. */
export function useSettings(groups: string[]): Draft {
  const { data } = useSuspenseQuery(settingsQuery);
  const client = useQueryClient();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const settings = data.filter((s) => groups.includes(s.group));
  const kept = Object.fromEntries(settings.map((s) => [s.name, s.value]));
  const unsaved = Object.keys(typed).filter((name) => typed[name] !== kept[name]);

  const save = async () => {
    if (busy || unsaved.length === 0) return;
    setBusy(true);
    setError(undefined);
    try {
      const values = Object.fromEntries(unsaved.map((name) => [name, (typed[name] ?? '').trim()]));
      const { items } = await body(api.PATCH('/settings', { body: { values } }));
      client.setQueryData(settingsQuery.queryKey, items);
      setTyped({});
      await client.invalidateQueries({ queryKey: meQuery.queryKey }); // it has the look and the localisation
      done(words.settings.saved);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };

  return {
    settings,
    value: (name) => typed[name] ?? kept[name] ?? '',
    set: (name, value) => setTyped((before) => ({ ...before, [name]: value })),
    unsaved,
    discard: () => {
      setTyped({});
      setError(undefined);
    },
    save,
    busy,
    error,
    fields:
      error === undefined
        ? {}
        : Object.fromEntries(Object.entries(problemOf(error).fields).map(([k, v]) => [k.replace(/^values\./, ''), byLabel(v)])),
  };
}
