import { afterEach, describe, expect, it } from 'vitest';
import { changesOf, differences, merge, same } from './change';
import { complaintsOf, type Definition, defaultsOf, fieldOf, fieldsToFill, groupsOf, isSecret, partsOf, requiredIn } from './definition';
import { clearDraft, keepDraft, keptDraft } from './drafts';
import { toLocal, toUTC } from './moment';
import { isPage, wordsOf } from './text';

const def: Definition = {
  title: 'Name',
  number: 'ContractNumber',
  fields: [
    { name: 'RecId', label: 'RecId', type: 'text', system: true, read_only: true },
    { name: 'LastModBy', label: 'Changed by', type: 'text', system: true, read_only: true },
    { name: 'ContractNumber', label: 'Number', type: 'number', read_only: true },
    { name: 'Colour', label: 'Colour', type: 'text' },
    { name: 'EndReason', label: 'Why it ended', type: 'text' },
    { name: 'Notes', label: 'Notes', type: 'longtext', max: 20_000 },
    {
      name: 'Owner',
      label: 'Owner',
      type: 'picklist',
      from: { object: 'Employee', set: 'employees', value: 'LoginID', title: 'DisplayName' },
    },
    { name: 'VendorLink', label: 'Vendor', type: 'link', target: { object: 'Vendor', set: 'vendors' } },
    { name: 'Status', label: 'Status', type: 'picklist', default: 'Draft' },
    { name: 'Name', label: 'Name', type: 'text', max: 20, required: true },
    { name: 'Budget', label: 'Budget', type: 'money' },
    { name: 'Active', label: 'Active', type: 'boolean', default: 'true' },
    { name: 'Code', label: 'Code', type: 'text', required_on_create: true },
    { name: 'EndDate', label: 'Ends', type: 'datetime' },
    { name: 'AdminPassword', label: 'Password', type: 'text' },
    ...Array.from({ length: 12 }, (_, i) => ({ name: `Extra${i}`, label: `Extra ${i}`, type: 'text' })),
  ],
  status: { field: 'Status', required: { '*': ['Owner'], Ended: ['EndReason'] }, flow: {}, enforced: false, read_only: [] },
  list_columns: ['ContractNumber', 'Name', 'Status'],
};
const names = (fields: { name: string }[]) => fields.map((f) => f.name);

describe('fields', () => {
  it('are known by every property that they become', () => {
    expect(fieldOf(def, 'vendorlink_recid')?.name).toBe('VendorLink');
    expect(fieldOf(def, 'Budget_Currency')?.name).toBe('Budget');
    expect(fieldOf(def, 'Name_Else')).toBeUndefined();
  });
  it('are required by the object and by the status that the record is about to have', () => {
    expect([...requiredIn(def, {})]).toEqual(['Name', 'Owner']);
    expect(requiredIn(def, { Status: 'ended' }).has('EndReason')).toBe(true);
    expect(requiredIn(def, {}, true).has('Code')).toBe(true);
  });
  it('come with what names and what is required first, and never with what cannot be written', () => {
    const { main, more } = fieldsToFill(def, { Status: 'Draft' });
    expect(names(main).slice(0, 3)).toEqual(['Name', 'Status', 'Owner']);
    expect(names([...main, ...more])).not.toContain('ContractNumber');
    expect(names([...main, ...more])).not.toContain('RecId');
    expect(main.length + more.length).toBe(24);
    expect(names(more)).toContain('Extra11');
  });
  it('come out of the rest when a status asks for them, or something is typed', () => {
    expect(names(fieldsToFill(def, { Status: 'Ended' }).main)).toContain('EndReason');
    expect(names(fieldsToFill(def, {}, { changed: ['Extra11'] }).main)).toContain('Extra11');
  });
  it('stand in one group each', () => {
    const groups = groupsOf(def);
    expect(names(groups.people)).toEqual(['Owner']);
    expect(names(groups.dates)).toEqual(['EndDate']);
    expect(names(groups.texts)).toEqual(['Notes']);
    expect(names(groups.record)).toEqual(['RecId', 'LastModBy']);
    expect(Object.values(groups).flat()).toHaveLength(def.fields.length - 3);
  });
});

describe('what is typed', () => {
  const wrong = (values: Record<string, unknown>, isNew = false) =>
    complaintsOf(def, values, values, isNew).map((c) => `${c.field.name} ${c.kind}`);
  const fine = { Name: 'A', Owner: 'jdoe' };
  it('is looked at before it is sent', () => {
    expect(wrong({ ...fine })).toEqual([]);
    expect(wrong({ Name: ' ', Status: 'Ended' })).toEqual(['EndReason missing', 'Owner missing', 'Name missing']);
    expect(wrong({ ...fine, Name: 'x'.repeat(21) })).toEqual(['Name long']);
    expect(wrong({ ...fine, Name: '🙂'.repeat(20) })).toEqual([]);
    expect(wrong({ ...fine, Budget: '12,50' })).toEqual(['Budget decimal']);
    expect(wrong({ ...fine, Budget: '-12.5000' })).toEqual([]);
    expect(wrong(fine, true)).toEqual(['Code missing']);
  });
  it('begins with the defaults', () => {
    expect(defaultsOf(def)).toEqual({ Status: 'Draft', Active: true });
  });
});

describe('changes', () => {
  const before = {
    Name: 'A',
    Colour: null,
    Owner: 'jdoe',
    VendorLink: '1',
    VendorLink_RecID: '1',
    Budget: '12.0000',
    Budget_Currency: 'USD',
  };
  it('are only what differs, and an empty text is nothing', () => {
    expect(changesOf(def, before, { Name: 'A', Colour: '', Owner: 'mbauer' })).toEqual({ Owner: 'mbauer' });
    expect(changesOf(def, before, { Owner: '' })).toEqual({ Owner: null });
    expect(same(5, '5')).toBe(true);
    expect(same(false, null)).toBe(false);
  });
  it('send a link with its kind, and an amount with its currency', () => {
    const link = { VendorLink_RecID: '2', VendorLink_Category: 'Vendor' };
    expect(changesOf(def, { ...before, VendorLink_Category: 'Vendor' }, link)).toEqual(link);
    expect(changesOf(def, before, { Budget: '13', Budget_Currency: 'USD' })).toEqual({ Budget: '13', Budget_Currency: 'USD' });
  });
  it('of others are told field by field, and which of them clash with mine', () => {
    const now = { ...before, Name: 'B', Colour: 'red', Owner: 'mbauer', LastModBy: 'somebody' };
    const all = differences(def, before, now, { Name: 'C', Owner: 'mbauer' });
    expect(all.map((d) => [d.field.name, d.clash])).toEqual([
      ['Colour', false],
      ['Owner', false],
      ['Name', true],
    ]);
    expect(all[2]).toMatchObject({ before: 'A', theirs: 'B', yours: 'C' });
  });
  it('give way where theirs is chosen, with every part', () => {
    expect(merge(def, { Name: 'C', VendorLink_RecID: '2', VendorLink_Category: 'Vendor' }, ['VendorLink'])).toEqual({ Name: 'C' });
  });
  it('survive any number of rounds: what is chosen and what is left is the whole draft', () => {
    for (let round = 0; round < 1 << 4; round++) {
      const draft = Object.fromEntries(
        ['Name', 'Colour', 'Owner', 'EndReason'].filter((_, i) => round & (1 << i)).map((n) => [n, `x${n}`]),
      );
      const now = { ...before, Name: 'B', Owner: 'b' };
      const clashes = differences(def, before, now, changesOf(def, before, draft)).filter((d) => d.clash);
      const kept = merge(def, draft, names(clashes.map((d) => d.field)));
      expect(differences(def, before, now, changesOf(def, now, kept)).some((d) => d.clash)).toBe(false);
      expect(Object.keys(kept).length + clashes.length).toBe(Object.keys(draft).length);
    }
  });
});

describe('drafts', () => {
  afterEach(() => sessionStorage.clear());
  it('are kept for one person, set and record', () => {
    keepDraft(def, 'p1', 'contracts', '7', { draft: { Name: '<b>x</b>\u202E' }, etag: '"3"', before: { Name: 'A', Colour: 'red' } });
    expect(keptDraft('p1', 'Contracts', '7')).toEqual({ draft: { Name: '<b>x</b>\u202E' }, etag: '"3"', before: { Name: 'A' } });
    expect(keptDraft('p2', 'contracts', '7')).toBeUndefined();
    expect(keptDraft('p1', 'contracts', undefined)).toBeUndefined();
    clearDraft('p1', 'contracts', '7');
    expect(keptDraft('p1', 'contracts', '7')).toBeUndefined();
  });
  it('never hold what is secret, and nothing that is no field', () => {
    keepDraft(def, 'p1', 'contracts', undefined, { draft: { AdminPassword: 'hunter2', Other: 'x' } });
    expect(sessionStorage).toHaveLength(0);
    expect(partsOf(def.fields.find((f) => f.type === 'money') ?? { name: '', label: '', type: '' })).toEqual(['Budget', 'Budget_Currency']);
    expect(['ClientSecret', 'APIKey', 'Passphrase'].every((name) => isSecret({ name, label: '' }))).toBe(true);
    expect(['Spinner', 'Opinion', 'Passenger'].some((name) => isSecret({ name, label: name }))).toBe(false);
  });
  it('are nothing when the browser holds something else there', () => {
    sessionStorage.setItem('provost.draft/p1/contracts/new', '{"draft":');
    expect(keptDraft('p1', 'contracts', undefined)).toBeUndefined();
  });
});

describe('times', () => {
  it('are typed in the zone of the person and sent in UTC', () => {
    for (const iso of ['2026-03-02T09:14:31Z', '2026-12-31T23:59:00Z', '1999-01-01T00:00:00Z']) expect(toUTC(toLocal(iso))).toBe(iso);
    expect(toLocal(null)).toBe('');
    expect(toUTC('')).toBeNull();
    expect(toUTC('soon')).toBeNull();
  });
});

describe('texts', () => {
  it('that are pages become their words, without anything that runs or loads', () => {
    const page =
      '<div><style>p{}</style><script>alert(1)</script><p>One &lt;b&gt;</p><ul><li>two</li></ul><img src=x onerror=alert(1)>three<br></div>';
    expect(isPage(page)).toBe(true);
    expect(wordsOf(page)).toBe('One <b>\n• two\nthree');
  });
  it('with markup in them stay as they are', () => {
    for (const text of ['<b>bold</b>', 'a < b', '<script>alert(1)</script>', 'see <div> in the source']) expect(isPage(text)).toBe(false);
  });
});
