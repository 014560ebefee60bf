import { type Definition, fieldOf, isSecret, type Values } from './definition';

/** What was typed and not saved, for one person, set and record; "new" where there is none yet. */
export interface Kept {
  draft: Values;
  /** The entity tag of the record that was changed. */
  etag?: string;
  /** The record as it was then, of the fields that were changed. */
  before?: Values;
}

const place = (person: string, set: string, id: string | undefined) => `provost.draft/${person}/${set.toLowerCase()}/${id ?? 'new'}`;

/** The most characters that are kept: what browsers hold without complaint. */
const room = 1_500_000;

/** Keeps what was typed until the tab is closed, without what is secret. Nothing typed clears it. */
export function keepDraft(def: Definition, person: string, set: string, id: string | undefined, kept: Kept) {
  const open = (values: Values) =>
    Object.fromEntries(
      Object.entries(values).filter(([property]) => {
        const field = fieldOf(def, property);
        return field !== undefined && !isSecret(field);
      }),
    );
  const draft = open(kept.draft);
  if (Object.keys(draft).length === 0) return clearDraft(person, set, id);
  const names = Object.keys(draft);
  const before = Object.fromEntries(Object.entries(open(kept.before ?? {})).filter(([property]) => names.includes(property)));
  const text = JSON.stringify({ draft, etag: kept.etag, before });
  try {
    if (text.length <= room) sessionStorage.setItem(place(person, set, id), text);
  } catch {
    // A browser that keeps nothing: what is typed stays on the page.
  }
}

/** What was typed before, if anything was. */
export function keptDraft(person: string, set: string, id: string | undefined): Kept | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(place(person, set, id)) ?? 'null') as Kept | null;
    return kept && typeof kept.draft === 'object' && kept.draft !== null ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets what was typed. */
export function clearDraft(person: string, set: string, id: string | undefined) {
  try {
    sessionStorage.removeItem(place(person, set, id));
  } catch {
    // Nothing was kept.
  }
}
