import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../src/shared/styles/theme.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');

const TEXTS = ['text', 'text-soft', 'text-faint', 'accent', 'bad'];
const STATES = ['running', 'waiting', 'stopping', 'finished', 'failed', 'killed', 'lost'];
const GROUNDS = ['ground', 'surface', 'surface-raised'];

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s colours', (_name, part) => {
  it.each([...TEXTS, ...STATES])('let text in --%s be read on every ground', (name) => {
    for (const ground of GROUNDS) {
      expect(contrast(colourOf(part, name), colourOf(part, ground)), ground).toBeGreaterThanOrEqual(4.5);
    }
  });
});

function colourOf(part: string, name: string): string {
  const colour = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(part)?.[1];
  if (!colour) throw new Error(`no colour --${name}`);
  return colour;
}

/** The contrast of two colours as the Web Content Accessibility Guidelines 2.2 define it. */
function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((begin) => {
    const part = Number.parseInt(colour.slice(begin, begin + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
