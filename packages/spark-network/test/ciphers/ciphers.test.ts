import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CtrCipher } from '../../src/ciphers/ctr-cipher.ts';
import { type CipherCandidate, DetectedCipher } from '../../src/ciphers/detected-cipher.ts';
import { GcmCipher } from '../../src/ciphers/gcm-cipher.ts';
import { SaslCipher } from '../../src/ciphers/sasl-cipher.ts';
import type { TransportCipher } from '../../src/ciphers/transport-cipher.ts';
import { encodeFrame, SparkNetworkError } from '../../src/index.ts';

const KEYS = { key: randomBytes(16), readIv: randomBytes(16), writeIv: randomBytes(16) };
const MIRRORED = { ...KEYS, readIv: KEYS.writeIv, writeIv: KEYS.readIv };
const HASH = randomBytes(16);
const SASL = { sessionHash: HASH, maxPlainBytes: 1000, maxWrappedBytes: 2000 };

const CIPHERS: readonly [string, () => TransportCipher, () => TransportCipher][] = [
  ['AES-CTR', () => new CtrCipher(KEYS), () => new CtrCipher(MIRRORED)],
  ['AES-128-GCM', () => new GcmCipher(KEYS.key), () => new GcmCipher(KEYS.key)],
  ['AES-256-GCM', () => new GcmCipher(Buffer.alloc(32, 7)), () => new GcmCipher(Buffer.alloc(32, 7))],
  [
    'SASL',
    () => new SaslCipher({ ...SASL, side: 'client' }),
    () => new SaslCipher({ ...SASL, side: 'server' }),
  ],
];

const message = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 4 });

describe('encrypting where the bytes lie', () => {
  it.each([0, 1, 1000, 64 * 1024, 64 * 1024 + 1, 300_000])('leaves what goes out for %i bytes', (size) => {
    const bytes = randomBytes(size);
    const memory = new Uint8Array(size + 10);
    memory.set(bytes, 5);
    const cipher = new CtrCipher(KEYS);
    const before = Buffer.concat(cipher.encrypt([Uint8Array.of(1)]));
    expect(cipher.encryptInPlace(memory.subarray(5, 5 + size))).toBe(true);
    const behind = Buffer.concat(cipher.encrypt([Uint8Array.of(2)]));
    const whole = new CtrCipher(KEYS).encrypt([Uint8Array.of(1), bytes, Uint8Array.of(2)]);
    expect(Buffer.concat([before, memory.subarray(5, 5 + size), behind]).equals(Buffer.concat(whole))).toBe(
      true,
    );
    expect([...memory.subarray(0, 5), ...memory.subarray(5 + size)]).toEqual(Array(10).fill(0));
  });
});

describe.each(CIPHERS)('%s', (_name, ours, theirs) => {
  it('gives back what was encrypted, in whatever pieces it was given and has come', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.integer({ min: 1, max: 5000 }),
        (messages, size) => {
          const writing = ours();
          const reading = theirs();
          const wire = Buffer.concat(messages.flatMap((parts) => writing.encrypt(parts)));
          const plain: Uint8Array[] = [];
          for (let offset = 0; offset < wire.byteLength; offset += size) {
            plain.push(...reading.decrypt(wire.subarray(offset, offset + size)));
          }
          expect(Buffer.concat(plain).equals(Buffer.concat(messages.flat()))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('works both ways at once', () => {
    const left = ours();
    const right = theirs();
    for (const text of ['one', 'two', 'three']) {
      expect(Buffer.concat(right.decrypt(Buffer.concat(left.encrypt([Buffer.from(text)])))).toString()).toBe(
        text,
      );
      expect(Buffer.concat(left.decrypt(Buffer.concat(right.encrypt([Buffer.from(text)])))).toString()).toBe(
        text,
      );
    }
  });

  it('takes messages of many segments, those of exactly one, and empty ones', () => {
    const writing = ours();
    const reading = theirs();
    for (const size of [0, 1, 32_752, 32_751, 32_753, 65_504, 200_000, 0]) {
      const body = randomBytes(size);
      const wire = Buffer.concat(writing.encrypt([body.subarray(0, 5), body.subarray(5)]));
      expect(Buffer.concat(reading.decrypt(wire)).equals(body)).toBe(true);
    }
  });

  it('survives junk with a coded error, or goes on waiting', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (chunks) => {
        const reading = theirs();
        try {
          for (const chunk of chunks) reading.decrypt(chunk);
        } catch (error) {
          expect(error).toBeInstanceOf(SparkNetworkError);
        }
      }),
    );
  });
});

describe.each(CIPHERS.filter(([name]) => name !== 'AES-CTR'))('%s, which protects', (_name, ours, theirs) => {
  it('notices every change, and fails with a coded error', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (body, where, by) => {
          const wire = Buffer.concat(ours().encrypt([body]));
          const index = where % wire.byteLength;
          wire[index] = (wire[index] ?? 0) ^ by;
          let told: readonly Uint8Array[] = [];
          try {
            // A length that has become longer is waited for.
            told = theirs().decrypt(wire);
          } catch (error) {
            expect(error).toMatchObject({ code: 'SPARK_NETWORK_CIPHERTEXT_INVALID' });
          }
          expect(Buffer.concat(told).byteLength).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('SASL', () => {
  it('takes no message a second time', () => {
    const client = new SaslCipher({ ...SASL, side: 'client' });
    const wire = Buffer.concat(client.encrypt([Buffer.from('pay')]));
    const reading = new SaslCipher({ ...SASL, side: 'server' });
    reading.decrypt(wire);
    expect(() => reading.decrypt(wire)).toThrow(/not the next one/);
  });
});

describe('a lying length', () => {
  it('allocates nothing and is refused when it is impossible', () => {
    const length = Buffer.alloc(8);
    length.writeBigInt64BE(2n ** 62n);
    expect(() => new GcmCipher(KEYS.key).decrypt(length)).toThrow(/bytes is announced/);
    expect(() => new SaslCipher({ ...SASL, side: 'server' }).decrypt(length)).toThrow(/2000 are allowed/);
    length.writeBigInt64BE(-1n);
    expect(() => new GcmCipher(KEYS.key).decrypt(length)).toThrow(/bytes is announced/);
    expect(() => new SaslCipher({ ...SASL, side: 'server' }).decrypt(length)).toThrow(/are allowed/);
  });
});

describe('a server that does not know the cipher yet', () => {
  const long = { key: randomBytes(32), readIv: KEYS.readIv, writeIv: KEYS.writeIv };
  const candidates: CipherCandidate[] = [
    { name: 'AES-CTR', version: '1', keys: long },
    { name: 'AES-GCM', version: '1', keys: long },
    { name: 'AES-CTR', version: '2', keys: KEYS },
    { name: 'AES-GCM', version: '2', keys: KEYS },
  ];
  const clients: readonly [string, () => TransportCipher][] = [
    ['1 with CTR', () => new CtrCipher({ ...long, readIv: long.writeIv, writeIv: long.readIv })],
    ['1 with GCM', () => new GcmCipher(long.key)],
    ['2 with CTR', () => new CtrCipher(MIRRORED)],
    ['2 with GCM', () => new GcmCipher(KEYS.key)],
  ];
  const frame = Buffer.from(encodeFrame({ type: 'RpcRequest', requestId: 5n, body: randomBytes(500) }));

  it.each(clients)('sees that it is version %s, in slices of any size', (_name, make) => {
    for (const size of [1, 2, 8, 9, 100, 10_000]) {
      const client = make();
      const server = new DetectedCipher(candidates, 1_000_000);
      const wire = Buffer.concat([...client.encrypt([frame]), ...client.encrypt([frame])]);
      const plain: Uint8Array[] = [];
      for (let offset = 0; offset < wire.byteLength; offset += size) {
        plain.push(...server.decrypt(wire.subarray(offset, offset + size)));
      }
      expect(Buffer.concat(plain)).toEqual(Buffer.concat([frame, frame]));
      expect(Buffer.concat(client.decrypt(Buffer.concat(server.encrypt([frame]))))).toEqual(frame);
    }
  });

  it('says so when none fits, and cannot speak first', () => {
    const server = new DetectedCipher(candidates, 1_000_000);
    expect(() => server.encrypt([frame])).toThrow(/cannot speak before/);
    expect(() => server.decrypt(Buffer.alloc(50, 0xaa))).toThrow(/make no sense/);
  });
});
