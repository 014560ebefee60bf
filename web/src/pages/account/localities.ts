import { browser, knownLocale, weekdays } from '@/words/localisation';

const offered = [
  'bg-BG',
  'ca-ES',
  'cs-CZ',
  'da-DK',
  'de-AT',
  'de-CH',
  'de-DE',
  'el-GR',
  'en-AU',
  'en-CA',
  'en-GB',
  'en-IE',
  'en-IN',
  'en-US',
  'es-ES',
  'es-MX',
  'et-EE',
  'fi-FI',
  'fr-BE',
  'fr-CA',
  'fr-CH',
  'fr-FR',
  'hr-HR',
  'hu-HU',
  'it-CH',
  'it-IT',
  'ja-JP',
  'ko-KR',
  'lt-LT',
  'lv-LV',
  'nb-NO',
  'nl-BE',
  'nl-NL',
  'pl-PL',
  'pt-BR',
  'pt-PT',
  'ro-RO',
  'sk-SK',
  'sl-SI',
  'sr-RS',
  'sv-SE',
  'tr-TR',
  'uk-UA',
  'zh-CN',
  'zh-TW',
];

interface Offer {
  value: string;
  label: string;
}

/** A locale as people call it: German (Germany). */
export function languageName(locale: string): string {
  return (knownLocale(locale) && new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' }).of(locale)) || locale;
}

const besides = (list: string[], chosen: string | undefined) =>
  chosen && chosen !== browser && !list.includes(chosen) ? [chosen, ...list] : list;

/** Locales to choose from, and the one that is chosen. */
export const locales = (chosen?: string): Offer[] =>
  besides(offered, chosen)
    .map((value) => ({ value, label: languageName(value) }))
    .sort((a, b) => a.label.localeCompare(b.label));

/** Time zones to choose from, and the one that is chosen. */
export const zones = (chosen?: string): Offer[] =>
  besides(['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')], chosen).map((zone) => ({
    value: zone,
    label: zone.replaceAll('_', ' '),
  }));

/** Days a week may begin with, by the name of the setting. */
export function dayNames(): Record<string, string> {
  const names = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });
  const dates: Record<(typeof weekdays)[number], number> = { sunday: 4, monday: 5, saturday: 3 }; // of January 1970
  return Object.fromEntries(weekdays.map((day) => [day, names.format(Date.UTC(1970, 0, dates[day]))]));
}
