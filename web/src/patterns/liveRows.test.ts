import { describe, expect, it } from 'vitest';
import { merge, settled } from './liveRows';

interface Row {
  id: string;
  name: string;
}

const rows = (...texts: string[]): Row[] =>
  texts.map((text) => {
    const [id = '', name = ''] = text.split('=');
    return { id, name };
  });
const print = (all: Row[]) => all.map((row) => (row.name ? `${row.id}=${row.name}` : row.id)).join(' ');
const update = (before: string[], loaded: string[], hold: boolean) =>
  merge(
    settled(rows(...before)),
    rows(...loaded),
    hold,
    (row) => row.id,
    (row) => row.name,
  );

describe('rows that somebody else has written', () => {
  it('are shown at once where nobody is at them, and marked', () => {
    const shown = update(['a', 'b'], ['new', 'a', 'b=x'], false);
    expect(print(shown.rows)).toBe('new a b=x');
    expect([...shown.marks]).toEqual([
      ['new', 'new'],
      ['b', 'changed'],
    ]);
    expect(shown.held).toBe(0);
  });
  it('do not move what is under the pointer', () => {
    const shown = update(['a', 'b', 'c'], ['new', 'newer', 'a', 'c', 'b=x'], true);
    expect(print(shown.rows)).toBe('a b=x c');
    expect(shown.held).toBe(2);
    expect(shown.moved).toBe(true);
  });
  it('come last without waiting', () => {
    const shown = update(['a', 'b'], ['a', 'b', 'new'], true);
    expect(print(shown.rows)).toBe('a b new');
    expect(shown.held).toBe(0);
    expect(shown.moved).toBe(false);
  });
  it('stay where they are when they are gone', () => {
    const shown = update(['a', 'b', 'c'], ['a', 'c'], true);
    expect(print(shown.rows)).toBe('a b c');
    expect(shown.marks.get('b')).toBe('gone');
    expect(shown.moved).toBe(true);
  });
  it('are not called gone when they only went to the next page', () => {
    const shown = update(['a', 'b', 'c'], ['new', 'a', 'b'], true);
    expect(print(shown.rows)).toBe('a b c');
    expect(shown.marks.has('c')).toBe(false);
    expect(shown.held).toBe(1);
  });
  it('are not held where there were none', () => {
    expect(print(update([], ['a', 'b'], true).rows)).toBe('a b');
  });
  it('go on waiting while more come', () => {
    const first = update(['a', 'b'], ['new', 'a', 'b'], true);
    const second = merge(
      first,
      rows('newest', 'new', 'a=x', 'b'),
      true,
      (row) => row.id,
      (row) => row.name,
    );
    expect(print(second.rows)).toBe('a=x b');
    expect(second.held).toBe(2);
  });
});
