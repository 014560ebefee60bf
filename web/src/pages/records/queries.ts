import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { fetchJSON } from '@/api/client';
import { readRecord } from '@/api/odata';

/** What may be done to records of an object; to which of them, the program says. */
export interface Rights {
  create: boolean;
  update: boolean;
  delete: boolean;
}

/** An object whose records the person may read: GET /api/me/objects. */
export interface ObjectEntry {
  object: string;
  set: string;
  label: string;
  plural: string;
  /** Field that names a record; '' where none does. */
  title: string;
  /** Field of its number; '' where it has none. */
  number: string;
  /** The object it is a kind of; '' for none. */
  extends: string;
  /** Its records are made as one of its kinds. */
  group: boolean;
  /** The tenant's own. */
  custom: boolean;
  /** Shows records of other objects and cannot be written. */
  view: boolean;
  rights: Rights;
}

/** An object, as links and pick lists name it. */
export interface Target {
  object: string;
  set: string;
}

export type FieldType = 'text' | 'longtext' | 'number' | 'decimal' | 'money' | 'boolean' | 'datetime' | 'picklist' | 'link';

/** A field of an object, as far as the person sees it. */
export interface Field {
  name: string;
  label: string;
  type: FieldType;
  max?: number;
  required: boolean;
  required_on_create: boolean;
  read_only: boolean;
  write_only?: boolean;
  default?: string;
  system: boolean;
  custom: boolean;
  searchable: boolean;
  filterable: boolean;
  sortable: boolean;
  indexed: boolean;
  /** The field it always equals. */
  mirror?: string;
  /** Link: the field that says which object it names. */
  category?: string;
  /** Money: the field of its currency. */
  currency?: string;
  /** Link: to records of any object. */
  any?: boolean;
  /** Pick list: other texts are taken too. */
  open?: boolean;
  /** Pick list of records. */
  from?: Target & { value: string; title: string; within?: Record<string, string> };
  target?: Target;
  targets?: Target[];
  depends_on?: string[];
  options?: { value: string; label: string }[];
}

/** Everything a page needs to know of an object: GET /api/me/objects/{set}. */
export interface ObjectDetail extends ObjectEntry {
  kinds: ObjectEntry[];
  fields: Field[];
  status?: { field: string; required: Record<string, string[]>; flow: Record<string, string[]>; enforced: boolean; read_only: string[] };
  relationships: {
    name: string;
    label: string;
    object: string;
    set: string;
    many: boolean;
    field?: string;
    child?: string;
    /** They are deleted with the record. */
    owned?: boolean;
    create?: string;
  }[];
  actions: {
    name: string;
    path: string;
    id: string;
    label: string;
    when?: Record<string, string[]>;
    closed: boolean;
    prompts: { field: string; label: string; default?: string; required: boolean }[];
  }[];
  searches: { name: string; path: string; id: string; label: string; own: boolean }[];
  list_columns: string[];
}

const minutes = 60_000;

/** All objects the person may open, by what several of them are called. */
export const objectsQuery = queryOptions({
  queryKey: ['objects'],
  queryFn: async () => (await fetchJSON<{ items: ObjectEntry[] }>('/api/me/objects')).items,
  staleTime: 5 * minutes,
});

/** One object with its fields, by the name of its set. */
export const objectQuery = (set: string) =>
  queryOptions({
    queryKey: ['objects', set],
    queryFn: () => fetchJSON<ObjectDetail>(`/api/me/objects/${encodeURIComponent(set)}`),
    staleTime: 5 * minutes,
  });

/** All queries on records of a set begin with this: invalidate it after a change. */
export const recordsKey = (set: string) => ['records', set] as const;

/** The query on one record. */
export const recordKey = (set: string, id: string) => ['records', set, id] as const;

/** One record with its tag. */
export const recordQuery = (set: string, id: string) =>
  queryOptions({ queryKey: recordKey(set, id), queryFn: ({ signal }) => readRecord(set, id, signal) });

/** The object of a page. */
export const useObject = (set: string): ObjectDetail => useSuspenseQuery(objectQuery(set)).data;
