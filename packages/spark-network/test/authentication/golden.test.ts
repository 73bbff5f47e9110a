import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AuthEngine } from '../../src/authentication/auth-engine.ts';
import { decodeAuthMessage, encodeAuthMessage } from '../../src/authentication/auth-message.ts';
import { decodeClientChallenge, encodeClientChallenge } from '../../src/authentication/client-challenge.ts';
import { DigestClient } from '../../src/authentication/digest-client.ts';
import { digestProof, parseDirectives, sessionHash } from '../../src/authentication/digest-md5.ts';
import { LegacyAuthEngine } from '../../src/authentication/legacy-auth-engine.ts';
import { decodeSaslMessage, encodeSaslMessage } from '../../src/authentication/sasl-message.ts';
import { SaslCipher } from '../../src/ciphers/sasl-cipher.ts';
import { type Frame, FrameDecoder, type RpcRequest, type RpcResponse } from '../../src/index.ts';

const SECRET = 's3cret';
const FIXTURES = new URL('../fixtures/authentication/', import.meta.url);

function bytesOf(name: string): Buffer {
  return readFileSync(new URL(name, FIXTURES));
}

function bodyOf(name: string): Uint8Array {
  const [frame] = new FrameDecoder().push(bytesOf(name));
  return (frame as RpcRequest | RpcResponse).body;
}

describe('what real Sparks have said', () => {
  it.each(['3.5.6-sasl_in-auth-ea.bin', '3.5.6-sasl_in-auth-ea.2.bin'])(
    'in %s is read and written',
    (name) => {
      const body = bodyOf(name);
      expect(Buffer.from(encodeSaslMessage(decodeSaslMessage(body)))).toEqual(Buffer.from(body));
      expect(decodeSaslMessage(body).appId).toBe('sparkSaslUser');
    },
  );

  it('proves with DIGEST-MD5 on both sides that they know the secret', () => {
    const challenge = parseDirectives(bodyOf('3.5.6-sasl_out-auth-reply-ea.bin'));
    const response = parseDirectives(decodeSaslMessage(bodyOf('3.5.6-sasl_in-auth-ea.2.bin')).token);
    const input = {
      user: 'sparkSaslUser',
      secret: SECRET,
      nonce: challenge.get('nonce') ?? '',
      clientNonce: response.get('cnonce') ?? '',
      protection: 'auth',
    } as const;
    expect(digestProof(input, 'client').toString()).toBe(response.get('response'));
    expect(`rspauth=${digestProof(input, 'server')}`).toBe(
      Buffer.from(bodyOf('3.5.6-sasl_out-auth-reply-ea.2.bin')).toString(),
    );
  });

  it('and our client answers a recorded challenge as Spark did', () => {
    const response = parseDirectives(decodeSaslMessage(bodyOf('3.5.6-sasl_in-auth-ea.2.bin')).token);
    const client = new DigestClient({
      secret: SECRET,
      encrypt: false,
      maxPlainBytes: 1000,
      maxWrappedBytes: 1000,
      random: () => Buffer.from(response.get('cnonce') ?? '', 'base64'),
    });
    const ours = parseDirectives(client.respond(bodyOf('3.5.6-sasl_out-auth-reply-ea.bin')));
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(response));
    expect(client.finish(bodyOf('3.5.6-sasl_out-auth-reply-ea.2.bin'))).toBeUndefined();
  });

  it.each(['3.5.6-crypto', '4.3.0-crypto2'])(
    'with AuthEngine in %s opens with the secret alone',
    (folder) => {
      const challenge = bodyOf(`${folder}_in-auth-fb.bin`);
      expect(Buffer.from(encodeAuthMessage(decodeAuthMessage(challenge)))).toEqual(Buffer.from(challenge));
      const server = new AuthEngine({ appId: 'sparkSaslUser', secret: SECRET });
      expect(server.respond(challenge).answer.byteLength).toBe(
        bodyOf(`${folder}_out-auth-reply-fb.bin`).byteLength,
      );
      const stranger = new AuthEngine({ appId: 'sparkSaslUser', secret: 'other' });
      expect(() => stranger.respond(challenge)).toThrow(/another secret/);
    },
  );

  it('with the AuthEngine of Spark 2 is answered when the secret is the same', () => {
    const challenge = bodyOf('2.4.8-crypto_in-auth-fa.bin');
    const message = decodeClientChallenge(challenge);
    expect(message).toMatchObject({
      appId: 'sparkSaslUser',
      kdf: 'PBKDF2WithHmacSHA1',
      iterations: 1024,
      cipher: 'AES/CTR/NoPadding',
      keyBits: 128,
    });
    expect(Buffer.from(encodeClientChallenge(message))).toEqual(Buffer.from(challenge));
    const { keys } = new LegacyAuthEngine({ appId: 'sparkSaslUser', secret: SECRET }).respond(challenge);
    expect(keys.key.byteLength).toBe(16);
    const stranger = new LegacyAuthEngine({ appId: 'sparkSaslUser', secret: 'other' });
    expect(() => stranger.respond(challenge)).toThrow(/another secret/);
  });
});

/** Frames up to the one that ends the handshake, and the bytes behind it. */
function handshakeIn(bytes: Uint8Array, frames: number): { frames: Frame[]; rest: Uint8Array } {
  const decoder = new FrameDecoder();
  decoder.append(bytes);
  const taken: Frame[] = [];
  while (taken.length < frames) {
    const frame = decoder.next();
    if (frame === undefined) throw new Error('too few frames');
    taken.push(frame);
  }
  return { frames: taken, rest: decoder.takeRest() };
}

describe('a recorded connection under auth-conf', () => {
  const client = handshakeIn(bytesOf('sasl-encrypted-client.bin'), 2);
  const server = handshakeIn(bytesOf('sasl-encrypted-server.bin'), 2);
  const challenge = parseDirectives((server.frames[0] as RpcResponse).body);
  const response = parseDirectives(decodeSaslMessage((client.frames[1] as RpcRequest).body).token);
  const input = {
    user: 'sparkSaslUser',
    secret: SECRET,
    nonce: challenge.get('nonce') ?? '',
    clientNonce: response.get('cnonce') ?? '',
    protection: 'auth-conf',
  } as const;

  function cipher(side: 'client' | 'server'): SaslCipher {
    return new SaslCipher({
      sessionHash: sessionHash(input),
      side,
      maxPlainBytes: 65_536,
      maxWrappedBytes: 70_000,
    });
  }

  it('was agreed upon with our proofs', () => {
    expect(response.get('qop')).toBe('auth-conf');
    expect(digestProof(input, 'client').toString()).toBe(response.get('response'));
    expect(`rspauth=${digestProof(input, 'server')}`).toBe(
      Buffer.from((server.frames[1] as RpcResponse).body).toString(),
    );
  });

  it.each([1, 7, 8, 1000, 100_000])('is read in both directions, in slices of %i bytes', (size) => {
    for (const [bytes, side] of [
      [client.rest, 'server'],
      [server.rest, 'client'],
    ] as const) {
      const reading = cipher(side);
      const plain: Uint8Array[] = [];
      for (let offset = 0; offset < bytes.byteLength; offset += size) {
        plain.push(...reading.decrypt(bytes.subarray(offset, offset + size)));
      }
      expect(Buffer.concat(plain).readBigInt64BE()).toBeLessThan(100_000n);
      expect(Buffer.concat(plain).byteLength).toBeGreaterThan(500);
    }
  });

  it('is encrypted by us to the same bytes', () => {
    const messages = cipher('server').decrypt(client.rest);
    const writing = cipher('client');
    const ours = messages.flatMap((message) => writing.encrypt([message]));
    expect(Buffer.concat(ours)).toEqual(Buffer.from(client.rest));
    expect(messages.length).toBeGreaterThan(1);
  });
});
