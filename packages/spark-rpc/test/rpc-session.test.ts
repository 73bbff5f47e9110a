import { encodeFrame, FrameDecoder, SparkNetworkError } from '@spark-mesos/spark-network';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RpcEvent, RpcSession } from '../src/rpc-session.ts';
import { fixture, fixtureNames } from './support.ts';

function conversation(folder: string): Uint8Array {
  const names = fixtureNames(`frames/${folder}`).filter((name) => name.startsWith('in-'));
  return Buffer.concat(names.map((name) => fixture(`frames/${folder}/${name}`)));
}

function answerOf(event: RpcEvent | undefined): unknown {
  if (event?.kind !== 'refused' || event.answer === undefined) return undefined;
  return new FrameDecoder().push(event.answer)[0];
}

describe('RpcSession', () => {
  it.each(['2.4.8-dyn', '3.5.6-dyn', '4.3.0-dyn'])(
    'reads the conversation of %s alike in slices of any size',
    (folder) => {
      const bytes = conversation(folder);
      const whole = new RpcSession().push(bytes);
      expect(whole.map(({ kind }) => kind)).toContain('oneWay');
      for (const size of [1, 2, 3, 19, 21, 22, 500]) {
        const session = new RpcSession();
        const events: RpcEvent[] = [];
        for (let offset = 0; offset < bytes.byteLength; offset += size) {
          events.push(...session.push(bytes.subarray(offset, offset + size)));
        }
        expect(events.map(comparable)).toEqual(whole.map(comparable));
        expect(session.pendingBytes).toBe(0);
      }
    },
  );

  it.each([
    ['2.4.8-crypto/in-auth-fa.bin', 'the AuthEngine of Spark 2'],
    ['2.4.8-crypto/in-auth-ea.bin', 'SASL'],
    ['3.5.6-crypto/in-auth-fb.bin', 'AuthEngine'],
    ['4.3.0-crypto2/in-auth-fb.bin', 'AuthEngine'],
    ['4.3.0-sasl/in-auth-ea.2.bin', 'SASL'],
  ])('tells a step of authentication in %s from a message', (path, mechanism) => {
    expect(new RpcSession().push(fixture(`frames/${path}`))).toMatchObject([
      {
        kind: 'authentication',
        outcome: {
          state: 'refused',
          ends: false,
          error: {
            code: 'SPARK_RPC_AUTHENTICATION_FAILED',
            message: expect.stringContaining(`(${mechanism})`),
          },
        },
      },
    ]);
  });

  it('answers questions that make no sense with a failure', () => {
    const [event] = new RpcSession().push(
      encodeFrame({ type: 'RpcRequest', requestId: 7n, body: Uint8Array.of(2, 3) }),
    );
    expect(answerOf(event)).toMatchObject({ type: 'RpcFailure', requestId: 7n });
    const [cut] = new RpcSession().push(
      encodeFrame({ type: 'RpcRequest', requestId: 8n, body: Uint8Array.of(1) }),
    );
    expect(answerOf(cut)).toMatchObject({ type: 'RpcFailure', requestId: 8n });
    expect(new RpcSession().push(encodeFrame({ type: 'OneWayMessage', body: Uint8Array.of(1) }))).toEqual([
      expect.not.objectContaining({ answer: expect.anything() }),
    ]);
  });

  it("refuses chunks and files as Spark's own server does when it has none", () => {
    const session = new RpcSession();
    const [chunk] = session.push(encodeFrame({ type: 'ChunkFetchRequest', streamId: 5n, chunkIndex: 2 }));
    expect(answerOf(chunk)).toMatchObject({ type: 'ChunkFetchFailure', streamId: 5n, chunkIndex: 2 });
    const [file] = session.push(encodeFrame({ type: 'StreamRequest', streamId: '/jars/a.jar' }));
    expect(answerOf(file)).toEqual({
      type: 'StreamFailure',
      streamId: '/jars/a.jar',
      error: "Stream '/jars/a.jar' was not found.",
    });
    const [failure] = session.push(encodeFrame({ type: 'StreamFailure', streamId: 'a', error: 'b' }));
    expect(failure).toMatchObject({ kind: 'refused' });
    expect(answerOf(failure)).toBeUndefined();
  });

  it('asks, and gets answers and failures by their number', () => {
    const session = new RpcSession();
    const envelope = { sender: undefined, receiver: undefined, endpoint: 'X', content: Uint8Array.of(9) };
    const [question] = session.push(session.request(5n, envelope));
    expect(question).toMatchObject({ kind: 'request', requestId: 5n, envelope: { endpoint: 'X' } });
    expect(session.push(session.respond(5n, Uint8Array.of(1)))).toMatchObject([
      { kind: 'response', requestId: 5n },
    ]);
    expect(session.push(session.fail(6n, 'no'))).toEqual([{ kind: 'failure', requestId: 6n, error: 'no' }]);
  });

  it('meets recorded conversations with flipped bytes with events or a coded error', () => {
    const bytes = conversation('4.3.0-dyn');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (flips) => {
        const broken = Buffer.from(bytes);
        for (const [where, value] of flips) broken[where % broken.byteLength] = value;
        try {
          new RpcSession({ maxFrameBytes: 100_000 }).push(broken);
        } catch (error) {
          expect(error).toBeInstanceOf(SparkNetworkError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function comparable(event: RpcEvent): unknown {
  if (event.kind !== 'request' && event.kind !== 'oneWay') return event;
  return {
    ...event,
    envelope: { ...event.envelope, content: Buffer.from(event.envelope.content).toString('hex') },
  };
}
