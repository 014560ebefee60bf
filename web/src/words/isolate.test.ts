import { describe, expect, it } from 'vitest';
import { words } from '.';
import { isolate, isolating } from './isolate';

describe('values in sentences', () => {
  it('leaves what turns nothing as it is', () => {
    expect(isolate('Müller & Söhne <b>')).toBe('Müller & Söhne <b>');
    expect(words.groups.made('Plain')).toBe('Created Plain.');
  });
  it('keeps what turns the direction of writing to itself', () => {
    expect(isolate('\u202Egnp.exe')).toBe('\u2068\u202Egnp.exe\u2069');
    expect(isolate('\u05E9\u05DC\u05D5\u05DD')).toBe('\u2068\u05E9\u05DC\u05D5\u05DD\u2069');
    expect(words.groups.made('a\u202Eb')).toBe('Created \u2068a\u202Eb\u2069.');
  });
  it('lets no value out by marks of its own', () => {
    expect(isolate('a\u2069\u202Eb')).toBe('\u2068a\u202Eb\u2069');
    expect(isolate('a\u2067b')).toBe('\u2068a\u2067b\u2069\u2069');
    expect(isolate('\u2067a\u2069\u2069\u2066b')).toBe('\u2068\u2067a\u2069\u2066b\u2069\u2069');
    expect(isolate('\u202Ea\u2029b')).toBe('\u2068\u202Ea b\u2069');
  });
  it('isolates once more what is isolated, and stays whole', () => {
    expect(isolate(isolate('\u202Ea'))).toBe('\u2068\u2068\u202Ea\u2069\u2069');
  });
  it('leaves texts, lists and other values of a catalogue', () => {
    const twice = isolating({ a: 'x', b: ['y'], c: { d: (n: number) => n * 2 } });
    expect([twice.a, twice.b, twice.c.d(2)]).toEqual(['x', ['y'], 4]);
  });
});
