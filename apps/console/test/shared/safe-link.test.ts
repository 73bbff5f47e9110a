import { describe, expect, it } from 'vitest';
import { safeLink } from '../../src/shared/safe-link.ts';

describe('links that frameworks choose', () => {
  it('lead to ordinary web addresses', () => {
    expect(safeLink('http://127.0.0.1:4040')).toBe('http://127.0.0.1:4040/');
    expect(safeLink('HTTPS://example.org/a?b')).toBe('https://example.org/a?b');
  });

  it.each([
    '',
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<b>x</b>',
    'http://',
    'example.org',
    '//example.org',
  ])('lead nowhere when the address is %j', (address) => {
    expect(safeLink(address)).toBeUndefined();
  });
});
