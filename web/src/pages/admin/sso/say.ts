import { words } from '@/words';
import type { Mapping, Rule } from './queries';
import { ruleText } from './ruleText';

const isRule = (value: object): value is Rule => 'operator' in value;
const isMapping = (value: object): value is Mapping => 'field' in value;

/** A setting as people read it in what others have changed. */
export function say(_: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? words.state.yes : words.state.no;
  if (!Array.isArray(value)) return String(value ?? '');
  return value
    .map((one: unknown) => {
      if (typeof one !== 'object' || one === null) return String(one);
      if (isRule(one)) return ruleText(one);
      return isMapping(one) ? `${one.field} ← ${one.claim}` : '';
    })
    .join('; ');
}
