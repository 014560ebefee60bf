import { describe, expect, it } from 'vitest';
import { dayStart, isNothing, valueText } from './queries';

describe('a day of a filter', () => {
  it('begins at midnight where the person is', () => {
    expect(dayStart('2026-03-01')).toBe(new Date(2026, 2, 1).toISOString());
  });
  it('ends where the next begins, over the end of a month', () => {
    expect(dayStart('2026-02-28', 1)).toBe(new Date(2026, 2, 1).toISOString());
  });
  it.each([undefined, '', 'yesterday', '2026'])('is no condition when it is %j', (day) => {
    expect(dayStart(day)).toBeUndefined();
  });
});

describe('a value before or after', () => {
  it.each([
    [null, 'not set', true],
    ['', 'empty', true],
    [0, '0', false],
    [false, 'false', false],
    ['Active', 'Active', false],
    [['a', 'b'], '[\n "a",\n "b"\n]', false],
  ])('%j reads %j', (value, read, nothing) => {
    expect(valueText(value)).toBe(read);
    expect(isNothing(value)).toBe(nothing);
  });
});
