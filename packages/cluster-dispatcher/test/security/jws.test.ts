import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyJws } from '../../src/security/jws.ts';

const KEY = Buffer.alloc(32, 7);
const NOW = 1_800_000_000_000;

function sign(claims: unknown, header: unknown = { alg: 'HS256' }, key: Uint8Array = KEY): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

describe('a signed token', () => {
  test('of the example in RFC 7515, A.1 is verified, but has expired', () => {
    const key = Buffer.from(
      'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
      'base64url',
    );
    const token =
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    expect(verifyJws(token, key, 1_300_819_000_000)).toMatchObject({
      ok: true,
      claims: { exp: 1_300_819_380 },
    });
    expect(verifyJws(token, key, NOW)).toEqual({ ok: false, reason: 'the token has expired' });
  });

  test('tells who it is for, and is good in its time alone', () => {
    const claims = { sub: 'ada', role: 'admin', nbf: NOW / 1000 - 1, exp: NOW / 1000 + 1 };
    expect(verifyJws(sign(claims), KEY, NOW)).toEqual({ ok: true, claims });
    expect(verifyJws(sign(claims), KEY, NOW + 1000).ok).toBe(false);
    expect(verifyJws(sign(claims), KEY, NOW - 2000).ok).toBe(false);
    expect(verifyJws(sign({}), KEY, NOW).ok).toBe(true);
    expect(verifyJws(sign({}), KEY, NOW, { requireExpiration: true }).ok).toBe(false);
  });

  test('with another algorithm, another key or something critical is not taken', () => {
    expect(verifyJws(sign({}, { alg: 'none' }), KEY, NOW).ok).toBe(false);
    expect(verifyJws(sign({}, { alg: 'HS512' }), KEY, NOW).ok).toBe(false);
    expect(verifyJws(sign({}, { alg: 'HS256', crit: ['b64'] }), KEY, NOW).ok).toBe(false);
    expect(verifyJws(sign({}, { alg: 'HS256' }, Buffer.alloc(32, 8)), KEY, NOW).ok).toBe(false);
    const [header, payload] = sign({}).split('.');
    expect(verifyJws(`${header}.${payload}.`, KEY, NOW).ok).toBe(false);
    expect(verifyJws(sign({ exp: 'soon' }), KEY, NOW).ok).toBe(false);
  });

  test('is refused once any character of it is another, and nothing makes it throw', () => {
    const token = sign({ sub: 'ada' });
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'Aa0_.-'), (at, letter) => {
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        const same = Buffer.from(changed.split('.')[2] ?? '', 'base64url').equals(
          Buffer.from(token.split('.')[2] ?? '', 'base64url'),
        );
        // The last character of a signature has bits that mean nothing.
        if (changed !== token && !(same && at > token.lastIndexOf('.'))) {
          expect(verifyJws(changed, KEY, NOW).ok).toBe(false);
        }
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => !verifyJws(text, KEY, NOW).ok));
  });
});
