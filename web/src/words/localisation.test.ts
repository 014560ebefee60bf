import { afterEach, expect, test } from 'vitest';
import { exactTime } from '@/patterns/Time';
import { number } from '.';
import { localise, ofBrowser, resolve } from './localisation';

afterEach(() => localise(ofBrowser));

test('the person comes before the organisation, and that before the browser', () => {
  const tenant = { locale: 'de-DE', timeZone: 'Europe/Berlin', firstDay: 'monday' };
  expect(resolve({}, {})).toEqual(ofBrowser);
  expect(resolve({}, tenant)).toEqual({ locale: 'de-DE', timeZone: 'Europe/Berlin', firstDay: 1 });
  expect(resolve({ timeZone: 'Asia/Tokyo', firstDay: 'sunday' }, tenant)).toEqual({ locale: 'de-DE', timeZone: 'Asia/Tokyo', firstDay: 0 });
  expect(resolve({ timeZone: 'browser', locale: 'browser' }, tenant)).toMatchObject({
    locale: ofBrowser.locale,
    timeZone: ofBrowser.timeZone,
  });
});

test('what no browser knows is passed over', () => {
  const odd = { locale: 'xx_!', timeZone: 'Mars/Olympus', firstDay: 'caturday' };
  expect(resolve(odd, { timeZone: 'UTC' })).toEqual({ ...ofBrowser, timeZone: 'UTC' });
  expect(resolve({ locale: 7, timeZone: {}, firstDay: null } as never, {})).toEqual(ofBrowser);
});

test('dates and numbers follow', () => {
  localise({ locale: 'de-DE', timeZone: 'Asia/Tokyo', firstDay: 1 });
  expect(exactTime('2026-03-01T22:00:00Z')).toBe('02.03.2026, 07:00:00');
  expect(number(1234.5)).toBe('1.234,5');
});
