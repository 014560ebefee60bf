import { useQuery } from '@tanstack/react-query';
import { words } from '@/words';
import type { Values } from './definition';
import { type ObjectDetail, type ObjectEntry, objectQuery, objectsQuery, recordQuery } from './queries';

/** The object that X_Category and definitions write in several ways: "Task#Assignment", "Task.Assignment", "Task#". */
const plain = (object: string): string => object.replace(/#$/, '').replace('#', '.').toLowerCase();

/** Whether two spellings name the same object. */
export const sameObject = (a: string, b: string): boolean => plain(a) === plain(b);

/** Whether an object is a kind of another one, or that one itself. */
export const isKindOf = (object: string, base: string): boolean => sameObject(object, base) || plain(object).startsWith(`${plain(base)}.`);

/** The set of an object; undefined where the person may read none. A kind that may not be read is looked for in its base. */
export function useSetOf(object: string): string | undefined {
  const { data } = useQuery(objectsQuery);
  const exact = data?.find((o) => sameObject(o.object, object));
  return (exact ?? data?.find((o) => isKindOf(object, o.object)))?.set;
}

/** What people call a record: its title, else its number, else its key. */
export function nameOf(def: { title: string; number: string }, record: Values): string {
  const title = record[def.title];
  const number = record[def.number];
  return String((title === '' ? undefined : title) ?? number ?? record.RecId ?? '');
}

/** What people call a record that is only known by its key. */
export function useName(set: string | undefined, id: string) {
  const def = useQuery({ ...objectQuery(set ?? ''), enabled: set !== undefined && id !== '', retry: false }).data;
  return useQuery({
    ...recordQuery(set ?? '', id),
    enabled: def !== undefined && id !== '',
    retry: false,
    staleTime: 60_000,
    select: ({ record }) => (def ? nameOf(def, record) : id),
  });
}

/** A record that another one names, where it can be read. */
export function useRecord(set: string | undefined, id: string): Values | undefined {
  const enabled = set !== undefined && id !== '';
  return useQuery({ ...recordQuery(set ?? '', id), enabled, retry: false, staleTime: 60_000 }).data?.record;
}

/** The program's own account, under which it does what nobody else did. */
const program = 'InternalServices';

/** Who did something, as people read it. */
export const whoOf = (login: unknown): string => (login === program ? words.record.history.program : String(login ?? ''));

/** The kind of which a record of a group is: the one after which it is tagged. */
export function kindOf(def: Pick<ObjectDetail, 'kinds' | 'list_columns'>, record: Values): ObjectEntry | undefined {
  const told = Object.entries(record).filter(([field]) => /type$/i.test(field) || def.list_columns.includes(field));
  const tags = new Set(told.map(([, value]) => String(value).toLowerCase()));
  return def.kinds.find((kind) => tags.has((kind.object.split('#')[1] ?? '').toLowerCase()));
}
