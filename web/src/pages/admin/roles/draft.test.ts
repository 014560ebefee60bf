import { expect, it } from 'vitest';
import { changed } from '@/patterns/useDraft';
import { definitionOf, draftOf, rightField, rightsOf, validName } from './draft';

const role = { name: 'A', label: 'A', includes: ['B'], rights: { Task: { read: 'own' as const }, '*': { read: 'all' as const }, CI: {} } };

it('what is typed of a role is what it was made of, the entry for every object last', () => {
  const draft = draftOf(role);
  expect(rightsOf(draft).map(([object]) => object)).toEqual(['CI', 'Task', '*']);
  expect(definitionOf(draft)).toEqual({ label: 'A', description: '', includes: ['B'], admin: false, rights: role.rights });
});

it('each object is a field of its own, also one that was taken away', () => {
  const before = draftOf(role);
  const mine = { ...before, [rightField('Task')]: undefined, [rightField('Incident')]: { read: 'all' as const } };
  expect(changed(before, mine)).toEqual({ 'right:Task': undefined, 'right:Incident': { read: 'all' } });
  const theirs = draftOf({ ...role, label: 'B', rights: { ...role.rights, CI: { read: 'team' } } });
  const both = { ...theirs, ...changed(before, mine) };
  expect(definitionOf(both).rights).toEqual({ '*': { read: 'all' }, CI: { read: 'team' }, Incident: { read: 'all' } });
});

it('a name begins with a letter', () => {
  expect(['A', 'a.b_c-9', '9a', '', 'a b', 'ä'].map(validName)).toEqual([true, true, false, false, false, false]);
});
