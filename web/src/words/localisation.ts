/** How dates, times and numbers are written. */
export interface Localisation {
  /** BCP 47: en-GB. */
  locale: string;
  /** IANA: Europe/Berlin. */
  timeZone: string;
  /** 0 is Sunday. */
  firstDay: number;
}

/** What an organisation or a person has chosen; what is missing or cannot be is left to the next. */
export interface Choice {
  locale?: string;
  timeZone?: string;
  firstDay?: string;
}

/** Days a week begins with, as settings call them. */
export const weekdays = ['sunday', 'monday', 'saturday'] as const;

const dayNumbers: Record<string, number> = { sunday: 0, monday: 1, saturday: 6 };

/** What a person chooses to follow the browser rather than the organisation. */
export const browser = 'browser';

/** What this browser is set to. */
export const ofBrowser: Localisation = {
  locale: typeof navigator === 'undefined' ? 'en' : navigator.language,
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  firstDay: weekOf(typeof navigator === 'undefined' ? 'en' : navigator.language),
};

function weekOf(locale: string): number {
  const known = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };
  return ((known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1) % 7;
}

/** Whether this browser can write in that locale. */
export function knownLocale(locale: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0;
  } catch {
    return false;
  }
}

/** Whether this browser knows that time zone. */
export function knownZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What counts: the person's choice, else the organisation's, else this browser's. */
export function resolve(person: Choice, tenant: Choice): Localisation {
  const first = (values: unknown[], good: (value: string) => boolean, otherwise: string) => {
    const value = values.map(asText).find((v) => v === browser || (v !== '' && good(v)));
    return value === undefined || value === browser ? otherwise : value;
  };
  const locale = first([person.locale, tenant.locale], knownLocale, ofBrowser.locale);
  const day = first([person.firstDay, tenant.firstDay], (v) => v in dayNumbers, '');
  return {
    locale,
    timeZone: first([person.timeZone, tenant.timeZone], knownZone, ofBrowser.timeZone),
    firstDay: dayNumbers[day] ?? weekOf(locale),
  };
}

const formatsOf = ({ locale, timeZone }: Localisation) => ({
  exact: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone }),
  date: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }),
  relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
  number: new Intl.NumberFormat(locale),
});

let current = ofBrowser;
let made = formatsOf(current);

/** Has everything that is drawn from now on written like this. */
export function localise(next: Localisation) {
  if (next.locale === current.locale && next.timeZone === current.timeZone && next.firstDay === current.firstDay) return;
  current = next;
  made = formatsOf(next);
}

/** How dates, times and numbers are written now. */
export const localisation = (): Localisation => current;

/** What writes them. */
export const formats = (): ReturnType<typeof formatsOf> => made;
