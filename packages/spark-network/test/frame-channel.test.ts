import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CtrCipher } from '../src/ciphers/ctr-cipher.ts';
import { GcmCipher } from '../src/ciphers/gcm-cipher.ts';
import { encodeFrame, type Frame, FrameChannel } from '../src/index.ts';

const KEYS = { key: randomBytes(16), readIv: randomBytes(16), writeIv: randomBytes(16) };
const MIRRORED = { ...KEYS, readIv: KEYS.writeIv, writeIv: KEYS.readIv };

function request(requestId: bigint): Frame {
  return { type: 'RpcRequest', requestId, body: Buffer.from(`body ${requestId}`) };
}

describe('FrameChannel', () => {
  it.each([1, 5, 8, 9, 21, 1000])(
    'reads what lies behind the frame that ends the handshake with the cipher, in slices of %i bytes',
    (size) => {
      const sender = new CtrCipher(MIRRORED);
      const secret = sender.encrypt([encodeFrame(request(2n)), encodeFrame(request(3n))]);
      const bytes = Buffer.concat([encodeFrame(request(1n)), ...secret]);
      const channel = new FrameChannel();
      const ids: bigint[] = [];
      for (let offset = 0; offset < bytes.byteLength; offset += size) {
        channel.append(bytes.subarray(offset, offset + size));
        for (let frame = channel.next(); frame !== undefined; frame = channel.next()) {
          if (frame.type !== 'RpcRequest') continue;
          ids.push(frame.requestId);
          if (frame.requestId === 1n) channel.useCipher(new CtrCipher(KEYS));
        }
      }
      expect(ids).toEqual([1n, 2n, 3n]);
      expect(channel.pendingBytes).toBe(0);
    },
  );

  it('takes no frame in the clear that somebody has put behind the handshake', () => {
    const channel = new FrameChannel();
    channel.append(Buffer.concat([encodeFrame(request(1n)), encodeFrame(request(2n))]));
    channel.next();
    channel.useCipher(new CtrCipher(KEYS));
    expect(() => channel.next()).toThrow(/announced/);
  });

  it.each([1, 9, 40, 1000])(
    'leaves to others, in the clear, what lies behind the handshake, in slices of %i bytes',
    (size) => {
      const sender = new CtrCipher(MIRRORED);
      const plain = Buffer.concat([encodeFrame(request(2n)), encodeFrame(request(3n))]);
      const bytes = Buffer.concat([encodeFrame(request(1n)), ...sender.encrypt([plain])]);
      const channel = new FrameChannel();
      const rest: Uint8Array[] = [];
      let open = false;
      for (let offset = 0; offset < bytes.byteLength; offset += size) {
        const chunk = bytes.subarray(offset, offset + size);
        if (open) {
          rest.push(...channel.decrypt(chunk));
          continue;
        }
        channel.append(chunk);
        if (channel.next() === undefined) continue;
        open = true;
        channel.useCipher(new CtrCipher(KEYS));
        rest.push(channel.takeRest());
      }
      expect(Buffer.concat(rest)).toEqual(plain);
    },
  );

  it('encrypts from the next frame on', () => {
    const channel = new FrameChannel();
    const plain = encodeFrame(request(1n));
    expect(Buffer.concat(channel.encode(request(1n)))).toEqual(Buffer.from(plain));
    channel.useCipher(new CtrCipher(KEYS));
    const secret = Buffer.concat(channel.encode(request(1n)));
    expect(secret).not.toEqual(Buffer.from(plain));
    expect(Buffer.concat(new CtrCipher(MIRRORED).decrypt(secret))).toEqual(Buffer.from(plain));
  });

  it('takes only so long frames, as long as it is told so', () => {
    const channel = new FrameChannel();
    channel.maxFrameBytes = 30;
    channel.append(encodeFrame(request(1n)));
    expect(channel.next()).toMatchObject({ requestId: 1n });
    channel.maxFrameBytes = 100;
    const long = encodeFrame({ type: 'OneWayMessage', body: new Uint8Array(50) });
    channel.append(long);
    expect(channel.next()).toMatchObject({ type: 'OneWayMessage' });
    channel.maxFrameBytes = 30;
    channel.append(long);
    expect(() => channel.next()).toThrow(/30 are allowed/);
  });

  it('counts what waits to be decrypted', () => {
    const key = randomBytes(16);
    const channel = new FrameChannel();
    channel.useCipher(new GcmCipher(key));
    const wire = Buffer.concat(new GcmCipher(key).encrypt([encodeFrame(request(1n))]));
    channel.append(wire.subarray(0, wire.byteLength - 1));
    expect(channel.pendingBytes).toBeGreaterThan(0);
    channel.append(wire.subarray(wire.byteLength - 1));
    expect(channel.next()).toBeDefined();
    expect(channel.pendingBytes).toBe(0);
  });
});
