import { sso } from '@/words/sso';
import type { Rule } from './queries';

const text = sso.rules;

/** What a rule gives, in words. */
export const givesText = (rule: Rule): string =>
  [rule.role && text.role_(rule.role), rule.team && text.team_(rule.team), rule.org_unit && text.unit_(rule.org_unit)]
    .filter(Boolean)
    .join(', ');

/** The last part of a claim's name, which people know it by. */
export const shortClaim = (claim: string): string => claim.split('/').filter(Boolean).at(-1) ?? claim;

/** A rule in one line. */
export const ruleText = (rule: Rule): string =>
  `${shortClaim(rule.claim)} ${text.operators[rule.operator]} ${rule.values.join(', ')} → ${givesText(rule)}`;
