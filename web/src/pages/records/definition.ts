/** A value that a list gives to choose from. */
export interface Option {
  value: string;
  label: string;
}

/** A field of an object as GET /api/me/objects/{object} tells it: only what the person may see. */
export interface Field {
  name: string;
  label: string;
  type: string;
  max?: number;
  required?: boolean;
  read_only?: boolean;
  default?: string;
  options?: Option[];
  depends_on?: string[];
  target?: { object: string; set: string; value?: string };
  system?: boolean;
}

/** What the pages of one record go by. */
export interface Definition {
  title?: string;
  number?: string;
  fields: Field[];
  status?: { field: string; required?: Record<string, string[]>; flow?: Record<string, string[]>; enforced?: boolean };
  list_columns?: string[];
}

/** A record as the OData interface writes it. */
export type Values = Record<string, unknown>;

/** The property of a record that tells which record a link leads to. */
export const keyOf = (field: Field): string => (field.type === 'link' ? `${field.name}_RecID` : field.name);

/** The property that tells of which object the record is to which a link leads. */
export const categoryOf = (field: Field): string => `${field.name}_Category`;

/** The property that tells an amount's currency. */
export const currencyOf = (field: Field): string => `${field.name}_Currency`;

/** Every property that a field has in a record and that people may fill in. */
export function partsOf(field: Field): string[] {
  if (field.type === 'link') return [keyOf(field), categoryOf(field)];
  if (field.type === 'money') return [field.name, currencyOf(field)];
  return [field.name];
}

/** The field to which a property of a record, or of a refusal, belongs; in whatever case it is written. */
export function fieldOf(def: Definition, property: string): Field | undefined {
  const wanted = property.toLowerCase();
  return (
    def.fields.find((f) => f.name.toLowerCase() === wanted) ??
    def.fields.find((f) => wanted.startsWith(`${f.name.toLowerCase()}_`) && /_(recid|category|valid|currency|currencyvalid)$/.test(wanted))
  );
}

/** Texts of more characters than this are written in a box of several lines. */
const longText = 500;

/** Whether a text is written, and shown, in several lines. */
export const isLong = (field: Field): boolean => field.type === 'text' && (field.max ?? 255) > longText && !isTitleLike(field);

/** A subject may be long and is a line all the same. */
const isTitleLike = (field: Field): boolean => (field.max ?? 0) <= 1000 && /^(subject|title|name)$/i.test(field.name);

/** What is never kept in the browser: passwords and their like. */
export const isSecret = (field: Pick<Field, 'name' | 'label'>): boolean =>
  /passw|secret|token|credential|api_?key|private_?key|passphrase|\bpin\b|licen[cs]e_?key/i.test(`${field.name} ${field.label}`);

/** The fields that have to have a value: those of the object, and those that the status in the record, or about to be, asks for. */
export function requiredIn(def: Definition, values: Values): Set<string> {
  const required = new Set(def.fields.filter((f) => f.required).map((f) => f.name));
  const rule = def.status;
  if (!rule?.required) return required;
  const status = String(values[rule.field] ?? fieldOf(def, rule.field)?.default ?? '').toLowerCase();
  for (const [name, fields] of Object.entries(rule.required)) {
    if (name === '*' || name.toLowerCase() === status) for (const field of fields) required.add(fieldOf(def, field)?.name ?? field);
  }
  return required;
}

const personal = /^(employee|externalcontact|standarduserteam|frs_compositecontract_contact|profile|organizationalunit)/i;

/** Whether a field says whose something is, or whom it is for. */
export const isPersonal = (field: Field): boolean =>
  personal.test(field.target?.object ?? '') ||
  /owner|customer|requestor|assignee|manager|contact|team\b/i.test(`${field.name} ${field.label}`);

/** Where a fact stands on the page of a record. */
export type Group = 'main' | 'people' | 'dates' | 'texts' | 'more' | 'record';

/** The most facts of the first card; the rest are below More fields. */
const mainFacts = 10;

/** The fields of an object in the groups in which its page shows them, each in the order of the object. */
export function groupsOf(def: Definition): Record<Group, Field[]> {
  const groups: Record<Group, Field[]> = { main: [], people: [], dates: [], texts: [], more: [], record: [] };
  const columns = new Set([...(def.list_columns ?? []), def.status?.field, ...requiredAnywhere(def)].map((name) => name?.toLowerCase()));
  for (const field of def.fields) {
    if (field.system) groups.record.push(field);
    else if (isLong(field)) groups.texts.push(field);
    else if (field.type === 'datetime') groups.dates.push(field);
    else if (isPersonal(field)) groups.people.push(field);
    else if (groups.main.length < mainFacts && (columns.has(field.name.toLowerCase()) || isMain(field))) groups.main.push(field);
    else groups.more.push(field);
  }
  if (groups.main.length < 4) groups.main.push(...groups.more.splice(0, mainFacts - groups.main.length));
  return groups;
}

/** Fields that some status asks for. */
const requiredAnywhere = (def: Definition): string[] => Object.values(def.status?.required ?? {}).flat();

const isMain = (field: Field): boolean =>
  field.required === true || /^(status|priority|category|subcategory|service|impact|urgency|type|source|causecode)$/i.test(field.name);

/**
 * The fields that people may fill in, in two parts. First comes what somebody who makes or changes a record needs: what is
 * required, what names the record, the status, what lists show, and whatever has something typed in it. The rest follows
 * in the order of the object.
 */
export function fieldsToFill(def: Definition, values: Values, changed: Iterable<string> = []): { main: Field[]; more: Field[] } {
  const required = requiredIn(def, values);
  const touched = new Set(changed);
  const columns = (def.list_columns ?? []).map((name) => name.toLowerCase());
  const groups = groupsOf(def);
  const first = new Set([...groups.main, ...groups.texts.slice(0, 2)].map((f) => f.name));
  const rank = (field: Field): number => {
    if (field.name === def.title) return 0;
    if (field.required) return 1;
    if (field.name === def.status?.field) return 2;
    if (required.has(field.name)) return 3;
    if (first.has(field.name)) return isLong(field) ? 5 : 4;
    if (columns.includes(field.name.toLowerCase())) return 6;
    return partsOf(field).some((part) => touched.has(part)) ? 7 : 9;
  };
  const open = def.fields.filter((f) => !f.system && !f.read_only).map((field, at) => ({ field, at, rank: rank(field) }));
  open.sort((a, b) => a.rank - b.rank || a.at - b.at);
  return { main: open.filter((f) => f.rank < 9).map((f) => f.field), more: open.filter((f) => f.rank === 9).map((f) => f.field) };
}
