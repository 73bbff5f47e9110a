import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEnvelope, encodeEnvelope, isEnvelope } from '../src/envelope.ts';
import { SparkRpcError } from '../src/errors.ts';
import { envelopeFixture, fixture } from './support.ts';

const address = fc.option(
  fc.record({
    host: fc.string({ unit: 'binary', maxLength: 30 }),
    port: fc.integer({ min: 0, max: 65_535 }),
  }),
  { nil: undefined },
);

describe('an envelope', () => {
  it('is read from a recorded question', () => {
    const { content, ...head } = envelopeFixture('frames/3.5.6/in-CheckExistence.bin');
    expect(head).toEqual({
      sender: { host: '127.0.0.1', port: 0xac77 },
      receiver: { host: '127.0.0.1', port: 0x61d1 },
      endpoint: 'endpoint-verifier',
    });
    expect(Buffer.from(content.subarray(0, 4)).toString('hex')).toBe('aced0005');
  });

  it('has no sender when an executor sends it', () => {
    const envelope = envelopeFixture('frames/3.5.6-relay/retrieve-spark-app-config.bin');
    expect(envelope.sender).toBeUndefined();
    expect(envelope.endpoint).toBe('CoarseGrainedScheduler');
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(
        address,
        address,
        fc.string({ unit: 'binary', maxLength: 50 }),
        fc.uint8Array({ maxLength: 50 }),
        (sender, receiver, endpoint, content) => {
          const body = encodeEnvelope({ sender, receiver, endpoint, content });
          expect(isEnvelope(body)).toBe(true);
          const read = decodeEnvelope(body);
          expect({ ...read, content: [...read.content] }).toEqual({
            sender,
            receiver,
            endpoint,
            content: [...content],
          });
        },
      ),
    );
  });

  it('is refused with a code when it is cut off anywhere before its content', () => {
    const body = fixture('frames/3.5.6/in-CheckExistence.bin').subarray(21);
    const headLength =
      body.byteLength - envelopeFixture('frames/3.5.6/in-CheckExistence.bin').content.byteLength;
    for (let length = 0; length < headLength; length += 1) {
      expect(() => decodeEnvelope(body.subarray(0, length))).toThrow(SparkRpcError);
    }
  });

  it('meets junk with a coded error or with an envelope', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 0, max: 2 }), (junk, flag) => {
        try {
          decodeEnvelope(Uint8Array.of(flag, ...junk));
        } catch (error) {
          expect(error).toBeInstanceOf(SparkRpcError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is told from the steps of authentication by its first byte', () => {
    expect(isEnvelope(Uint8Array.of(0xea))).toBe(false);
    expect(isEnvelope(new Uint8Array(0))).toBe(false);
  });

  it('cannot be written around a name that is too long', () => {
    const endpoint = 'x'.repeat(65_536);
    expect(() =>
      encodeEnvelope({ sender: undefined, receiver: undefined, endpoint, content: new Uint8Array(0) }),
    ).toThrow(SparkRpcError);
  });
});
