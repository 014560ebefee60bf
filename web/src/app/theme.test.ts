import { describe, expect, it } from 'vitest';
import { shades } from './theme';

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("a tenant's accent", () => {
  it.each(['#ffff00', '#ffffff', '#ff0000', '#00ff00', '#0b7681', '#000000'])('%s carries white text', (accent) => {
    const colours = shades(accent);
    expect(colours).toHaveLength(10);
    expect(1.05 / (luminance(colours[8] ?? '') + 0.05)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(['', 'red', '#fff', 'url(x)', '#12345g'])('that is %j leaves ours', (accent) => {
    expect(shades(accent)[8]).toBe('#0b7681');
  });
});
