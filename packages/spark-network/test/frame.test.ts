import { describe, expect, it } from 'vitest';
import { encodeFrame, encodeFrameParts, FRAME_TYPE, frameTypeName } from '../src/index.ts';

describe('encodeFrameParts', () => {
  it('hands a body through without copying it', () => {
    const body = new Uint8Array([1, 2, 3]);
    const [head, sent] = encodeFrameParts({ type: 'RpcResponse', requestId: 1n, body });
    expect(sent).toBe(body);
    expect(Buffer.from(head ?? []).toString('hex')).toBe('000000000000001804000000000000000100000003');
  });

  it('counts text in bytes, not in characters', () => {
    const bytes = encodeFrame({ type: 'RpcFailure', requestId: -1n, error: 'né' });
    expect(Buffer.from(bytes).toString('hex')).toBe('000000000000001805ffffffffffffffff000000036ec3a9');
  });
});

describe('frameTypeName', () => {
  it('names the types that Spark has, and no other', () => {
    expect(frameTypeName(FRAME_TYPE.RPC_REQUEST)).toBe('RPC_REQUEST');
    expect(frameTypeName(99)).toBeUndefined();
  });
});
