import { type Definition, type Field, fieldOf, keyOf, partsOf, type Values } from './definition';

/** What is nothing to the interface: an empty text and null are the same. */
const plain = (value: unknown): unknown => (value === '' || value === undefined ? null : value);

/** Whether two values of a property are the same to a reader of the record. */
export function same(a: unknown, b: unknown): boolean {
  const [one, other] = [plain(a), plain(b)];
  return one === other || (one !== null && other !== null && typeof one !== typeof other && String(one) === String(other));
}

/** What of a draft differs from the record: all that is sent. Links and amounts are sent whole. */
export function changesOf(def: Definition, before: Values, draft: Values): Values {
  const changes: Values = {};
  for (const [property, value] of Object.entries(draft)) {
    if (same(value, before[property])) continue;
    changes[property] = plain(value);
    const field = fieldOf(def, property);
    if (!field || plain(value) === null) continue;
    for (const part of partsOf(field)) {
      if (part !== property && plain(draft[part]) !== null && draft[part] !== undefined) changes[part] = draft[part];
    }
  }
  return changes;
}

/** A field that somebody else changed while it was open here. */
export interface Difference {
  field: Field;
  /** As it was when the panel was opened. */
  before: unknown;
  theirs: unknown;
  /** undefined where nothing was changed here. */
  yours: unknown;
  /** Both changed it, to different values. */
  clash: boolean;
}

/** What others changed between two readings of a record, and what is changed here as well. What nobody can write says nothing. */
export function differences(def: Definition, before: Values, now: Values, changes: Values): Difference[] {
  return def.fields
    .filter((field) => !field.system && !field.read_only && partsOf(field).some((part) => !same(before[part], now[part])))
    .map((field) => {
      const key = keyOf(field);
      const mine = partsOf(field).some((part) => part in changes);
      const yours = mine ? { ...before, ...changes }[key] : undefined;
      const clash = mine && partsOf(field).some((part) => !same({ ...before, ...changes }[part], now[part]));
      return { field, before: before[key], theirs: now[key], yours, clash };
    });
}

/** A draft after a choice for each clash: of the fields named here, theirs counts. */
export function merge(def: Definition, draft: Values, theirs: Iterable<string>): Values {
  const given = new Set<string>();
  for (const name of theirs) for (const part of partsOf(fieldOf(def, name) ?? { name, label: name, type: 'text' })) given.add(part);
  return Object.fromEntries(Object.entries(draft).filter(([property]) => !given.has(property)));
}
