import type { ObjectDetail, Field as Whole } from './queries';

/** A value that a list gives to choose from. */
export interface Option {
  value: string;
  label: string;
}

/** What of a field the pages of one record go by. */
export type Field = { name: string; label: string; type: string } & Partial<Omit<Whole, 'name' | 'label' | 'type'>>;

/** What of an object the pages of one record go by. */
export type Definition = Pick<ObjectDetail, 'title' | 'number' | 'status' | 'list_columns'> & { fields: Field[] };

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

/** Whether a text is written, and shown, in several lines. A title may be long and is a line all the same. */
export const isLong = (def: Definition, field: Field): boolean => field.type === 'longtext' && field.name !== def.title;

/** What is never kept in the browser: passwords and their like. */
export const isSecret = (field: Pick<Field, 'name' | 'label'>): boolean =>
  /passw|secret|token|credential|api_?key|private_?key|passphrase|\bpin\b|licen[cs]e_?key/i.test(`${field.name} ${field.label}`);

/**
 * The fields that have to have a value: those of the object, for a new record those that have to come with it, and those that
 * the status asks for which the record has or is about to have.
 */
export function requiredIn(def: Definition, values: Values, isNew = false): Set<string> {
  const required = new Set(def.fields.filter((f) => f.required || (isNew && f.required_on_create)).map((f) => f.name));
  const rule = def.status;
  if (!rule) return required;
  const status = statusIn(def, values).toLowerCase();
  for (const [name, fields] of Object.entries(rule.required)) {
    if (name === '*' || name.toLowerCase() === status) for (const field of fields) required.add(fieldOf(def, field)?.name ?? field);
  }
  for (const name of required) if (fieldOf(def, name)?.read_only) required.delete(name);
  return required;
}

/** The field that says how a record stands: the one of the status rule, else the one that is called so. */
export const statusField = (def: Definition): Field | undefined => fieldOf(def, def.status?.field ?? 'Status');

/** The status of a record, or the one a new record has unless another is chosen. */
export const statusIn = (def: Definition, values: Values): string =>
  def.status ? String(values[def.status.field] ?? fieldOf(def, def.status.field)?.default ?? '') : '';

const personal = /^(employee|externalcontact|standarduserteam|frs_compositecontract_contact|profile|organizationalunit)/i;

/** Whether a field names a person, a team or an organizational unit. */
export const isPersonal = (field: Field): boolean =>
  /^(link|picklist)$/.test(field.type) && personal.test(field.target?.object ?? field.from?.object ?? '');

/** Where a fact stands on the page of a record. */
export type Group = 'main' | 'people' | 'dates' | 'texts' | 'more' | 'record';

/** The most facts of the first card; the rest are below More fields. */
const mainFacts = 10;

/**
 * The fields of an object in the groups in which its page shows them, each in the order of the object. Title, number and status stand
 * at the head of the page; what is only written, or always equals another field, says nothing.
 */
export function groupsOf(def: Definition): Record<Group, Field[]> {
  const groups: Record<Group, Field[]> = { main: [], people: [], dates: [], texts: [], more: [], record: [] };
  const columns = new Set([...(def.list_columns ?? []), def.status?.field, ...requiredAnywhere(def)].map((name) => name?.toLowerCase()));
  const headed = new Set([def.title, def.number, statusField(def)?.name]);
  for (const field of def.fields) {
    if (field.write_only || field.mirror || headed.has(field.name)) continue;
    if (field.system) groups.record.push(field);
    else if (isLong(def, field)) groups.texts.push(field);
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

/** The texts that a link beside them fills in, by custom called after it: "Customer name" of "Customer". */
function copiesIn(def: Definition): Set<Field> {
  const links = def.fields.filter((f) => f.type === 'link' || f.from !== undefined).map((f) => `${f.label} `);
  return new Set(def.fields.filter((field) => field.type === 'text' && links.some((link) => field.label.startsWith(link))));
}

/** An object of so many fields has none in the second part. */
const few = 14;

/**
 * The fields that people may fill in, in two parts. First comes what somebody who makes or changes a record needs: what is
 * required, what names the record, the status, what lists show, and whatever has something typed in it. The rest follows
 * in the order of the object.
 */
export function fieldsToFill(
  def: Definition,
  values: Values,
  options: { isNew?: boolean; changed?: Iterable<string> } = {},
): { main: Field[]; more: Field[] } {
  const required = requiredIn(def, values, options.isNew);
  const touched = new Set(options.changed);
  const columns = def.list_columns.map((name) => name.toLowerCase());
  const groups = groupsOf(def);
  const people = groups.people.filter((f) => f.type === 'link').slice(0, 2);
  const first = new Set([...groups.main, ...people, ...groups.texts.slice(0, 2)].map((f) => f.name));
  const copies = copiesIn(def);
  const rest = 9;
  const touchedIn = (field: Field) => partsOf(field).some((part) => touched.has(part));
  const rank = (field: Field): number => {
    if (field.name === def.title) return 0;
    if (field.required) return 1;
    if (field.name === def.status?.field) return 2;
    if (required.has(field.name)) return 3;
    if (copies.has(field)) return touchedIn(field) ? 7 : rest;
    if (first.has(field.name)) return isLong(def, field) ? 5 : 4;
    if (columns.includes(field.name.toLowerCase())) return 6;
    return touchedIn(field) ? 7 : rest;
  };
  const open = def.fields.filter((f) => !f.system && !f.read_only && !f.mirror).map((field, at) => ({ field, at, rank: rank(field) }));
  open.sort((a, b) => a.rank - b.rank || a.at - b.at);
  if (open.length <= few) return { main: open.map((f) => f.field), more: [] };
  return { main: open.filter((f) => f.rank < rest).map((f) => f.field), more: open.filter((f) => f.rank === rest).map((f) => f.field) };
}

/** What a new record has in its fields before anybody types: the defaults that can be told. */
export function defaultsOf(def: Definition): Values {
  const values: Values = {};
  for (const field of def.fields) {
    if (field.system || field.read_only || field.write_only) continue;
    if (field.type === 'boolean') values[field.name] = field.default === 'true';
    else if (field.default) values[field.name] = field.default;
  }
  return values;
}

/** What is wrong with what is typed, before it is sent: field → what. */
export type Complaint = { field: Field; kind: 'missing' | 'long' | 'whole' | 'decimal' };

/** What can be told to be wrong without asking: nothing where something is needed, too long a text, no number. */
export function complaintsOf(def: Definition, values: Values, changes: Values, isNew: boolean): Complaint[] {
  const required = requiredIn(def, values, isNew);
  return def.fields.flatMap((field): Complaint[] => {
    if (field.read_only || field.system) return [];
    const value = values[keyOf(field)];
    const none = value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
    if (none) return required.has(field.name) ? [{ field, kind: 'missing' }] : [];
    if (!(keyOf(field) in changes)) return [];
    if (/^(text|longtext)$/.test(field.type) && field.max && [...String(value)].length > field.max) return [{ field, kind: 'long' }];
    if (field.type === 'number' && !/^\s*[-+]?\d{1,18}\s*$/.test(String(value))) return [{ field, kind: 'whole' }];
    if (/^(decimal|money)$/.test(field.type) && !/^\s*[-+]?\d{1,14}(\.\d{1,4})?\s*$/.test(String(value)))
      return [{ field, kind: 'decimal' }];
    return [];
  });
}
