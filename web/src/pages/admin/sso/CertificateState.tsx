import { Status } from '@/patterns/Status';
import { count } from '@/words';
import { sso } from '@/words/sso';
import type { Certificate } from './queries';

const text = sso.certificate;

/** From how many days on the end of a certificate deserves attention. */
const soon = 60;

/** How long a certificate goes on counting, in words. */
export function daysLeft(days: number): string {
  if (days < 0) return text.over(count(-days, text.day, text.days));
  if (days === 0) return text.today;
  return text.left(count(days, text.day, text.days));
}

/** How long a certificate goes on counting. */
export function CertificateState({ certificate }: { certificate: Certificate | undefined }) {
  const days = certificate?.days_left ?? -1;
  return <Status tone={days < 0 ? 'harm' : days <= soon ? 'attention' : 'good'}>{certificate ? daysLeft(days) : text.missing}</Status>;
}
