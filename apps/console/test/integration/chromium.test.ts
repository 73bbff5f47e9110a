import { describe, expect, it } from 'vitest';
import { findChromium } from './chromium.ts';

describe('looking for Chromium', () => {
  it('says what to do where there is none', () => {
    expect(() => findChromium({ PATH: '/nowhere' })).toThrow(/apt-get install chromium.*CHROMIUM_PATH/);
    expect(() => findChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).toThrow(/no program is there/);
  });

  it('takes the one that it is told', () => {
    expect(findChromium({ CHROMIUM_PATH: process.execPath, PATH: '' })).toBe(process.execPath);
  });
});
