import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The accent where a tenant has none of its own. Shade 8 carries white text at 5.4 : 1. */
const petrol: MantineColorsTuple = [
  '#e6f6f8',
  '#d2eaed',
  '#a7d4d9',
  '#79bdc5',
  '#54aab4',
  '#3c9ea9',
  '#2d98a4',
  '#1c8490',
  '#0b7681',
  '#005c66',
];

/**
 * Ten shades of a tenant's accent (#rrggbb), mixed by the browser. The one that carries white text is darkened until it does;
 * what is no such colour leaves ours.
 */
export function shades(accent: string): MantineColorsTuple {
  if (!/^#[0-9a-f]{6}$/i.test(accent)) return petrol;
  let carrying = [1, 3, 5].map((at) => Number.parseInt(accent.slice(at, at + 2), 16));
  while (contrastOf(carrying) < 4.6) carrying = carrying.map((part) => Math.floor(part * 0.94));
  const towards = (target: number, share: number) =>
    `#${carrying
      .map((part) =>
        Math.round(part + (target - part) * share)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`;
  const light = [0.9, 0.82, 0.64, 0.46, 0.32, 0.24, 0.16, 0.08].map((share) => towards(255, share));
  return [...light, towards(255, 0), towards(0, 0.16)] as unknown as MantineColorsTuple;
}

/** The contrast of a colour (#rrggbb) with white (WCAG 2.2): 1 to 21. */
export const contrastWithWhite = (colour: string): number =>
  contrastOf([1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)));

/** The same of its parts (relative luminance). */
function contrastOf(parts: number[]): number {
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}

/** The heading of a dialog is a header element, which on its own would be a banner of the page: the page has one. */
const noBanner = { header: { role: 'presentation' } };

/** One accent, grey for the rest. Fonts are the system's: nothing is fetched. */
export const themeOf = (accent: string) =>
  createTheme({
    primaryColor: 'accent',
    primaryShade: { light: 8, dark: 8 },
    colors: { accent: shades(accent) },
    defaultRadius: 'md',
    fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
    fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
    headings: {
      fontWeight: '600',
      sizes: { h1: { fontSize: '1.375rem', lineHeight: '1.3' }, h2: { fontSize: '1rem', lineHeight: '1.4' } },
    },
    respectReducedMotion: true,
    cursorType: 'pointer',
    components: {
      Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
      Drawer: { defaultProps: { attributes: noBanner, position: 'right', size: 480, overlayProps: { backgroundOpacity: 0.3 } } },
      Modal: { defaultProps: { attributes: noBanner, centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
    },
  });
