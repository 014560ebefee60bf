import type { Page } from './client';
import { Problem } from './problem';
import { sendTo } from './send';

/** A record as the service desk's API answers it: its fields by name, null where there is no value. */
export type RecordData = Record<string, unknown> & { RecId: string };

/** A record with the tag of its revision, for a change that is not to overwrite another. */
export interface TaggedRecord {
  record: RecordData;
  etag: string | undefined;
}

/** A page of records. total counts all that match. */
export interface RecordPage extends Page<RecordData> {
  total: number;
}

/** What is asked of a set. */
export interface RecordQuery {
  select?: readonly string[];
  /** A condition in the words of $filter: see all, is, contains. */
  filter?: string;
  /** Fields, each with " desc" behind it or not. */
  orderby?: string;
  search?: string;
  top?: number;
  skip?: number;
  /** Of the page before; everything else then stands in it. */
  cursor?: string;
  signal?: AbortSignal;
}

const base = '/api/odata/businessobject';

/** Most rows of one answer. */
export const mostRows = 100;

/** A value as it stands in $filter. Text in single quotes, a quote in it doubled; times, numbers and yes or no bare. */
export function literal(value: string | number | boolean | Date | null): string {
  if (value === null) return 'null';
  if (value instanceof Date) return value.toISOString().replace(/\.\d+Z$/, 'Z');
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

/** Conditions that all have to hold; undefined where there are none. */
export function all(conditions: readonly (string | undefined)[]): string | undefined {
  const set = conditions.filter((one): one is string => Boolean(one));
  return set.length > 1 ? set.map((one) => `(${one})`).join(' and ') : set[0];
}

const entity = (set: string, id: string): string => `${base}/${encodeURIComponent(set)}('${encodeURIComponent(id.replaceAll("'", "''"))}')`;
const at = (set: string, id: string, name: string): string => `${entity(set, id)}/${encodeURIComponent(name)}`;

/** The status object of the surface, which is none of RFC 9457, as the problem that the app shows. */
async function problemIn(response: Response): Promise<Problem> {
  const said = (await response.json().catch(() => ({}))) as {
    code?: string;
    description?: string;
    message?: string[];
    errors?: { field: string; message: string }[];
  };
  const detail = (Array.isArray(said.message) ? said.message : []).join(' ') || said.description || response.statusText;
  let status = response.status;
  if (status === 400 && /does not have rights to (read|create|update|delete) object/i.test(detail)) status = 403; // the surface says 400 for it
  if (status === 400 && /^Invalid key$|cannot be found in the business object/.test(detail)) status = 404;
  return new Problem({
    status,
    code: said.code ?? `http_${response.status}`,
    detail,
    request_id: response.headers.get('X-Request-Id') ?? undefined,
    errors: said.errors,
  });
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await sendTo(path, init);
  if (response.ok) return response;
  throw await problemIn(response);
}

const sending = (method: string, body: unknown, more?: Record<string, string>): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json', ...more },
  body: JSON.stringify(body),
});

async function tagged(response: Response): Promise<TaggedRecord> {
  return { record: (await response.json()) as RecordData, etag: response.headers.get('ETag') ?? undefined };
}

async function page(path: string, query: RecordQuery): Promise<RecordPage> {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string | number | undefined) =>
    value !== undefined && value !== '' && parameters.set(name, String(value));
  set('$select', query.select?.join(','));
  set('$filter', query.filter);
  set('$orderby', query.orderby);
  set('$search', query.search);
  set('$top', query.top);
  set('$skip', query.skip);
  const response = await ask(query.cursor ?? `${path}?${parameters}`, { signal: query.signal });
  if (response.status === 204) return { items: [], total: 0 }; // the original's way to say that there are none
  const said = (await response.json()) as { value?: RecordData[] | string; '@odata.count'?: number; '@odata.nextLink'?: string };
  const items = Array.isArray(said.value) ? said.value : [];
  const next = said['@odata.nextLink'] && new URL(said['@odata.nextLink'], location.origin);
  return {
    items,
    total: said['@odata.count'] ?? items.length,
    next: next ? next.pathname + next.search : undefined, // on this host, under whatever name it is known to the program
  };
}

/** Records of a set. */
export const listRecords = (set: string, query: RecordQuery = {}): Promise<RecordPage> => page(`${base}/${encodeURIComponent(set)}`, query);

/** Records that a saved search of a set finds, narrowed by the query. search is its path. */
export const savedSearch = (set: string, search: string, query: RecordQuery = {}): Promise<RecordPage> =>
  page(`${base}/${encodeURIComponent(set)}/${encodeURIComponent(search)}`, query);

/** Records at the other end of a relationship. */
export const relatedRecords = (set: string, id: string, relationship: string, query: RecordQuery = {}): Promise<RecordPage> =>
  page(at(set, id, relationship), query);

/** One record, by its RecId or number, with its tag. */
export const readRecord = async (set: string, id: string, signal?: AbortSignal): Promise<TaggedRecord> =>
  tagged(await ask(entity(set, id), { signal }));

/** Makes a record. once is a text of the caller's for which it is made once, however often it is sent. */
export const createRecord = async (set: string, values: Record<string, unknown>, once?: string): Promise<TaggedRecord> =>
  tagged(await ask(`${base}/${encodeURIComponent(set)}`, sending('POST', values, once ? { 'Idempotency-Key': once } : undefined)));

/** Changes fields of a record; with a tag only if it is as it was seen (status 412 where not). */
export const patchRecord = async (set: string, id: string, values: Record<string, unknown>, etag?: string): Promise<TaggedRecord> =>
  tagged(await ask(entity(set, id), sending('PATCH', values, etag ? { 'If-Match': etag } : undefined)));

/** Deletes a record; with a tag only if it is as it was seen. */
export async function deleteRecord(set: string, id: string, etag?: string): Promise<void> {
  await ask(entity(set, id), { method: 'DELETE', headers: etag ? { 'If-Match': etag } : {} });
}

/** Makes a record through a relationship of another. */
export const createRelated = async (
  set: string,
  id: string,
  relationship: string,
  values: Record<string, unknown>,
): Promise<TaggedRecord> => tagged(await ask(at(set, id, relationship), sending('POST', values)));

const pair = (set: string, id: string, relationship: string, other: string): string =>
  `${at(set, id, relationship)}('${encodeURIComponent(other.replaceAll("'", "''"))}')/$Ref`;

/** Relates two records. */
export async function linkRecords(set: string, id: string, relationship: string, other: string): Promise<void> {
  await ask(pair(set, id, relationship, other), { method: 'PATCH' });
}

/** Ends that two records are related. */
export async function unlinkRecords(set: string, id: string, relationship: string, other: string): Promise<void> {
  await ask(pair(set, id, relationship, other), { method: 'DELETE' });
}

/** Runs a quick action with answers to what it asks for. action is its path. */
export const runAction = async (set: string, id: string, action: string, answers: Record<string, unknown> = {}): Promise<TaggedRecord> =>
  tagged(await ask(at(set, id, action), sending('POST', answers)));

/** A record that a search of everything has found. */
export interface Hit {
  ObjectType: string;
  ObjectLabel: string;
  Set: string;
  RecId: string;
  Number: number | string | null;
  Title: string;
  LastModDateTime: string;
}

/** The best records for some words, of all objects that may be read. */
export const searchEverything = async (text: string, top: number, signal?: AbortSignal): Promise<Hit[]> =>
  (await (await ask('/api/rest/search', { ...sending('POST', { Text: text, Top: top }), signal })).json()) as Hit[];
