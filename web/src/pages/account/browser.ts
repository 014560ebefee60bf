/** Signs of a browser in its user agent, the more particular ones first: many call themselves Chrome or Safari too. */
const browsers: [sign: RegExp, name: string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Headless)?Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: [sign: RegExp, name: string][] = [
  [/\b(iPhone|iPod)\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

const find = (list: [RegExp, string][], text: string) => list.find(([sign]) => sign.test(text))?.[1] ?? '';

/** Browser and system that a user agent tells of; of others the program's own name, which is what stands before the slash. */
export function browserOf(userAgent: string): { browser: string; system: string } {
  return { browser: find(browsers, userAgent) || (/^[\w.-]{1,40}/.exec(userAgent)?.[0] ?? ''), system: find(systems, userAgent) };
}
