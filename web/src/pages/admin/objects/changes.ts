import type { Definition } from './queries';

type Entry = { name: string };

const several = ['fields', 'relationships', 'searches', 'actions'] as const;

/** The parts of a definition that differ: "fields acme_Code", "status". */
export function changedParts(was: Definition, now: Definition): string[] {
  const out: string[] = [];
  for (const key of Object.keys({ ...was, ...now }) as (keyof Definition)[]) {
    const before = was[key];
    const after = now[key];
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    if (!(several as readonly string[]).includes(key)) {
      out.push(key);
      continue;
    }
    const old = byName(before as Entry[] | undefined);
    const current = byName(after as Entry[] | undefined);
    for (const name of new Set([...old.keys(), ...current.keys()])) {
      if (old.get(name) !== current.get(name)) out.push(`${key} ${name}`);
    }
  }
  return out;
}

const byName = (entries: Entry[] = []) => new Map(entries.map((e) => [e.name, JSON.stringify(e)]));

/** What a file of definitions holds, in its long form: a single object stands for a file with it. */
export function fileOf(parsed: unknown): Record<string, unknown> | undefined {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const file = parsed as Record<string, unknown>;
  const long = 'object' in file ? { objects: [file] } : file;
  if (!Array.isArray(long.lists)) return long;
  return { ...long, lists: long.lists.map(longList) };
}

/** A list in a file may say a value as a plain text. */
function longList(list: unknown): unknown {
  if (typeof list !== 'object' || list === null || !Array.isArray((list as { values?: unknown }).values)) return list;
  const { values } = list as { values: unknown[] };
  return { ...list, values: values.map((v) => (typeof v === 'string' ? { value: v } : v)) };
}
