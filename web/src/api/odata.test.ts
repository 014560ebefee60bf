import { afterEach, expect, test, vi } from 'vitest';
import { all, deleteRecord, listRecords, literal, readRecord } from './odata';
import { Problem } from './problem';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  vi.fn(async (_request: Request) => new Response(body === undefined ? null : JSON.stringify(body), { status, headers }));

afterEach(() => vi.unstubAllGlobals());

test('values stand in a condition so that they cannot end it', () => {
  expect(literal("O'Neill' or 1 eq 1")).toBe("'O''Neill'' or 1 eq 1'");
  expect(literal(true)).toBe('true');
  expect(literal(4.5)).toBe('4.5');
  expect(literal(null)).toBe('null');
  expect(literal(new Date('2026-01-02T03:04:05.678Z'))).toBe('2026-01-02T03:04:05Z');
  expect(all(['a eq 1', undefined, 'b eq 2 or c eq 3'])).toBe('(a eq 1) and (b eq 2 or c eq 3)');
  expect(all(['a eq 1', ''])).toBe('a eq 1');
  expect(all([])).toBeUndefined();
});

test('a page names the next one on this host', async () => {
  const next = 'https://another.example:8443/api/odata/businessobject/incidents?$skiptoken=x';
  const fetch = answer(200, { '@odata.count': 7, value: [{ RecId: 'A' }], '@odata.nextLink': next });
  vi.stubGlobal('fetch', fetch);
  const page = await listRecords('incidents', { select: ['Subject'], filter: "Status eq 'Active'", top: 1 });
  expect(page).toEqual({ items: [{ RecId: 'A' }], total: 7, next: '/api/odata/businessobject/incidents?$skiptoken=x' });
  expect(new URL(fetch.mock.calls[0]?.[0].url ?? '').searchParams.get('$filter')).toBe("Status eq 'Active'");
  vi.stubGlobal('fetch', answer(204, undefined));
  expect(await listRecords('incidents')).toEqual({ items: [], total: 0 });
  vi.stubGlobal('fetch', answer(200, { '@odata.count': 0, value: 'No instances found.' }));
  expect((await listRecords('incidents')).items).toEqual([]);
});

test('a record comes with the tag of its revision, and its key is quoted', async () => {
  const fetch = answer(200, { RecId: 'A' }, { ETag: '"4"' });
  vi.stubGlobal('fetch', fetch);
  expect(await readRecord('incidents', "a'b/c")).toEqual({ record: { RecId: 'A' }, etag: '"4"' });
  expect(fetch.mock.calls[0]?.[0].url).toBe(`${location.origin}/api/odata/businessobject/incidents('a''b%2Fc')`);
});

test('refusals of the surface are problems', async () => {
  const refused = async (status: number, message: string[], errors?: { field: string; message: string }[]) => {
    vi.stubGlobal('fetch', answer(status, { code: 'ISM_4000', description: 'Bad Request', message, errors }, { 'X-Request-Id': 'r1' }));
    return deleteRecord('incidents', 'A').catch((e: unknown) => e as Problem);
  };
  const missing = await refused(400, ['Role X does not have rights to delete object Incident#.']);
  expect(missing).toBeInstanceOf(Problem);
  expect(missing).toMatchObject({ status: 403, requestId: 'r1', message: 'Role X does not have rights to delete object Incident#.' });
  expect(await refused(400, ['Invalid key'])).toMatchObject({ status: 404 });
  expect(await refused(412, ['It was changed.'])).toMatchObject({ status: 412 });
  expect(await refused(400, ['Subject is required'], [{ field: 'Subject', message: 'is required' }])).toMatchObject({
    status: 400,
    fields: { Subject: 'is required' },
  });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no')));
  expect(await readRecord('incidents', 'A').catch((e: unknown) => e)).toMatchObject({ code: 'unreachable' });
});
