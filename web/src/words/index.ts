import { en } from './en';
import { isolating } from './isolate';
import { formats, localisation } from './localisation';

/** The one catalogue of what people read. A second language is a second object of the type Words. */
export type Words = typeof en;

/** Every string of the app: words.area.thing, or words.area.sentence(with values), in which each value keeps its direction to itself. */
export const words: Words = isolating(en);

/** A number as people read it. */
export const number = (value: number): string => formats().number.format(value);

/** A number with up to four places behind the point, as they are stored. */
export const decimal = (value: number): string => new Intl.NumberFormat(localisation().locale, { maximumFractionDigits: 4 }).format(value);

/** "1 registration", "2 registrations". */
export function count(value: number, one: string, many: string): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
