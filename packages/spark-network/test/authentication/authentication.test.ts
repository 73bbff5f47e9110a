import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAuthMessage } from '../../src/authentication/auth-message.ts';
import type { ClientAuthenticationOptions } from '../../src/authentication/client-authentication.ts';
import { encodeClientChallenge } from '../../src/authentication/client-challenge.ts';
import { parseDirectives } from '../../src/authentication/digest-md5.ts';
import { successor } from '../../src/authentication/legacy-auth-engine.ts';
import { encodeSaslMessage } from '../../src/authentication/sasl-message.ts';
import { ServerAuthentication } from '../../src/authentication/server-authentication.ts';
import { SparkNetworkError } from '../../src/errors.ts';
import { converse } from './conversation.ts';

const SECRET = 's3cret';
const SERVER = { secretOf: () => SECRET };
const EMPTY = new Uint8Array(0);

const WAYS: readonly [string, ClientAuthenticationOptions, string, boolean][] = [
  ['SASL', { secret: SECRET }, 'SASL', false],
  ['SASL with encryption', { secret: SECRET, saslEncryption: true }, 'SASL', true],
  ['AuthEngine 1', { secret: SECRET, crypto: true }, 'AuthEngine', true],
  ['AuthEngine 2', { secret: SECRET, crypto: true, authEngineVersion: 2 }, 'AuthEngine', true],
  ['AuthEngine with GCM', { secret: SECRET, crypto: true, cipher: 'AES-GCM' }, 'AuthEngine', true],
  [
    'AuthEngine of Spark 2',
    { secret: SECRET, crypto: true, authEngineVersion: '2.x' },
    'AuthEngine of Spark 2',
    true,
  ],
];

describe.each(WAYS)('%s', (_name, client, mechanism, encrypted) => {
  it('lets two sides with one secret find each other', () => {
    const { server, ...outcome } = converse({ ...client, appId: 'app-1' }, SERVER);
    expect(outcome).toMatchObject({ mechanism, appId: 'app-1' });
    expect(server !== undefined).toBe(encrypted);
    expect(outcome.client !== undefined).toBe(encrypted);
  });

  it('keeps two sides with different secrets apart', () => {
    for (const saslFallback of [true, false]) {
      expect(() => converse({ ...client, saslFallback, secret: 'other' }, SERVER)).toThrow(SparkNetworkError);
    }
  });

  it('treats an application that has no secret like one that has another', () => {
    const errors = [() => undefined, () => 'other'].map((secretOf) => {
      try {
        converse(client, { secretOf });
        return 'none';
      } catch (error) {
        return String(error);
      }
    });
    expect(errors[0]).toBe(errors[1]);
    expect(errors[0]).toMatch(/SPARK_NETWORK|SparkNetworkError/);
  });

  it('has a secret for each application', () => {
    const secrets = new Map([
      ['app-1', 'one'],
      ['app-2', 'two'],
    ]);
    const secretOf = (appId: string) => secrets.get(appId);
    expect(converse({ ...client, appId: 'app-2', secret: 'two' }, { secretOf }).appId).toBe('app-2');
    expect(() => converse({ ...client, appId: 'app-2', secret: 'one' }, { secretOf })).toThrow();
  });

  it('notices any byte that is changed in between', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 100, 101),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (which, where, by) => {
          let changed = false;
          const outcome = () =>
            converse({ ...client, saslFallback: false }, SERVER, (body, step) => {
              if (step !== which || body.byteLength === 0) return body;
              const copy = Buffer.from(body);
              copy[where % copy.byteLength] = (copy[where % copy.byteLength] ?? 0) ^ by;
              changed = true;
              return copy;
            });
          try {
            const { server, client: reading } = outcome();
            if (!changed) return;
            // What is not covered by a proof may change: then it must make no difference for the keys.
            if (server === undefined || reading === undefined) return;
            const told = Buffer.concat(server.decrypt(Buffer.concat(reading.encrypt([ANY_FRAME]))));
            if (!told.equals(ANY_FRAME))
              throw new SparkNetworkError('SPARK_NETWORK_CIPHERTEXT_INVALID', 'other keys');
          } catch (error) {
            expect(error).toBeInstanceOf(SparkNetworkError);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

const ANY_FRAME = Buffer.from('000000000000000d0900000000', 'hex');

describe('a server', () => {
  it('never throws, whatever it is sent, and lets nobody in for it', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.constantFrom(0xea, 0xfa, 0xfb), fc.uint8Array({ maxLength: 200 }))
        .map(([tag, rest]) => Buffer.concat([Uint8Array.of(tag), rest])),
      fc
        .tuple(fc.string(), fc.string({ maxLength: 300 }))
        .map(([appId, token]) => encodeSaslMessage({ appId, token: Buffer.from(token) })),
      fc
        .record({ appId: fc.string(), salt: fc.uint8Array(), ciphertext: fc.uint8Array({ maxLength: 80 }) })
        .map(encodeAuthMessage),
      fc
        .record({
          appId: fc.string(),
          kdf: fc.constantFrom('PBKDF2WithHmacSHA1', 'PBKDF2WithHmacSHA512', 'x'),
          iterations: fc.constantFrom(-1, 0, 1, 2000, 2 ** 31 - 1),
          cipher: fc.constantFrom('AES/CTR/NoPadding', 'AES/CBC/NoPadding'),
          keyBits: fc.constantFrom(-8, 0, 8, 128, 192, 256, 2 ** 30),
          nonce: fc.uint8Array({ maxLength: 70 }),
          challenge: fc.uint8Array({ maxLength: 70 }),
        })
        .map(encodeClientChallenge),
    );
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 3 }), (bodies) => {
        const server = new ServerAuthentication(SERVER);
        for (const each of bodies) expect(server.step(each).kind).not.toBe('authenticated');
      }),
      { numRuns: 500 },
    );
  });

  it('refuses an application with an id that is longer than AuthEngine can take', () => {
    const long = encodeAuthMessage({
      appId: 'a'.repeat(2000),
      salt: new Uint8Array(16),
      ciphertext: new Uint8Array(60),
    });
    expect(new ServerAuthentication(SERVER).step(long)).toMatchObject({
      kind: 'failed',
      reason: 'the id of the application is too long',
    });
  });

  it('takes no more of one that has failed', () => {
    const server = new ServerAuthentication(SERVER);
    expect(server.step(Uint8Array.of(7))).toMatchObject({ kind: 'failed' });
    expect(server.step(encodeSaslMessage({ appId: 'a', token: EMPTY }))).toMatchObject({ kind: 'failed' });
  });

  it('calculates no more for a stranger than it is ready to', () => {
    const started = process.hrtime.bigint();
    const challenge = encodeClientChallenge({
      appId: 'a',
      kdf: 'PBKDF2WithHmacSHA512',
      iterations: 2_000_000_000,
      cipher: 'AES/CTR/NoPadding',
      keyBits: 256,
      nonce: new Uint8Array(16),
      challenge: new Uint8Array(16),
    });
    expect(new ServerAuthentication(SERVER).step(challenge)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('iterations'),
    });
    expect(process.hrtime.bigint() - started).toBeLessThan(1_000_000_000n);
  });

  it('declines AuthEngine without crypto, and goes on with SASL', () => {
    const outcome = converse({ secret: SECRET, crypto: true }, { ...SERVER, crypto: false });
    expect(outcome).toMatchObject({ mechanism: 'SASL', client: undefined });
    const inside = converse({ secret: SECRET, crypto: true }, { ...SERVER, insideTls: true });
    expect(inside).toMatchObject({ mechanism: 'SASL', client: undefined });
  });

  it('declines SASL without the fall-back', () => {
    const strict = { ...SERVER, saslFallback: false };
    expect(() => converse({ secret: SECRET }, strict)).toThrow(/saslFallback is false/);
    expect(converse({ secret: SECRET, crypto: true }, strict).mechanism).toBe('AuthEngine');
  });

  it('takes no SASL without encryption where it must not, and with it inside of TLS neither', () => {
    const strict = { ...SERVER, saslAlwaysEncrypt: true };
    expect(() => converse({ secret: SECRET }, strict)).toThrow(/offers the protection auth-conf/);
    expect(converse({ secret: SECRET, saslEncryption: true }, strict).server).toBeDefined();
    const inside = { ...SERVER, insideTls: true };
    expect(() => converse({ secret: SECRET, saslEncryption: true }, inside)).toThrow(
      /offers the protection auth,/,
    );
  });

  it('does not let a client go on for another application', () => {
    const server = new ServerAuthentication(SERVER);
    server.step(encodeSaslMessage({ appId: 'app-1', token: EMPTY }));
    expect(server.step(encodeSaslMessage({ appId: 'app-2', token: EMPTY }))).toMatchObject({
      kind: 'failed',
    });
  });
});

describe('directives', () => {
  it('are read with and without quotes', () => {
    const token = Buffer.from('realm="default", nonce="a\\"b",qop="auth-conf,auth",charset=utf-8');
    expect([...parseDirectives(token)]).toEqual([
      ['realm', 'default'],
      ['nonce', 'a"b'],
      ['qop', 'auth-conf,auth'],
      ['charset', 'utf-8'],
    ]);
  });

  it.each(['a', 'a=', '=b', 'a="b', 'a=b c', 'a=b,a=c', `a=${'x'.repeat(5000)}`])('are not %s', (text) => {
    expect(() => parseDirectives(Buffer.from(text))).toThrow(SparkNetworkError);
  });
});

describe('the successor of a challenge', () => {
  it.each([
    ['00', '01'],
    ['7f', '0080'],
    ['ff', '00'],
    ['fffe', 'ff'],
    ['0000ff', '0100'],
    ['ff7f', '80'],
    ['80000000', '80000001'],
  ])('of %s is %s, as in Java', (before, after) => {
    expect(Buffer.from(successor(Buffer.from(before, 'hex'))).toString('hex')).toBe(after);
  });
});
