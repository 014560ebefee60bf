import { expect, it } from 'vitest';
import { rightsRows } from './queries';

it('rights of a role are in order of the objects, and what is not given is not allowed', () => {
  const rows = rightsRows({ Task: { read: 'own', update: true }, CI: {} });
  expect(rows.map((r) => [r.object, r.read, r.create, r.update, r.delete])).toEqual([
    ['CI', 'none', 'none', 'none', 'none'],
    ['Task', 'own', 'none', 'yes', 'none'],
  ]);
});
