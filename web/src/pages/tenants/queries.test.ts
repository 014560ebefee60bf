import { describe, expect, it } from 'vitest';
import { bytes } from './queries';

describe('bytes', () => {
  it.each([
    [0, '0 byte'],
    [999, '999 byte'],
    [1000, '1 kB'],
    [95_903_744, '95.9 MB'],
    [999_999, '1 MB'],
    [5_400_000_000, '5.4 GB'],
  ])('%d is %s', (value, shown) => {
    expect(bytes(value)).toBe(shown);
  });
});
