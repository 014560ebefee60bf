import { en } from './en';

/** The one catalogue of what people read. A second language is a second object of the type Words. */
export type Words = typeof en;

/** Every string of the app: words.area.thing, or words.area.sentence(with values). */
export const words: Words = en;

/** The locale in which dates, numbers and order are written. */
export const locale: string = typeof navigator === 'undefined' ? 'en' : navigator.language;

const numbers = new Intl.NumberFormat(locale);

/** A number as people read it. */
export const number = (value: number): string => numbers.format(value);

/** "1 registration", "2 registrations". */
export function count(value: number, one: string, many: string): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
