import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { parseDirectives } from '../../packages/spark-network/src/authentication/digest-md5.ts';
import { CtrCipher } from '../../packages/spark-network/src/ciphers/ctr-cipher.ts';
import { DetectedCipher } from '../../packages/spark-network/src/ciphers/detected-cipher.ts';
import { GcmCipher } from '../../packages/spark-network/src/ciphers/gcm-cipher.ts';
import { SaslCipher } from '../../packages/spark-network/src/ciphers/sasl-cipher.ts';
import {
  ClientAuthentication,
  decodeBlockTransferMessage,
  type Frame,
  FrameChannel,
  FrameDecoder,
  firstByte,
  ServerAuthentication,
  TLS_FIRST_BYTE,
} from '../../packages/spark-network/src/index.ts';
import { readDer } from '../../packages/spark-network/src/tls/der.ts';
import { readJavaKeyStore } from '../../packages/spark-network/src/tls/java-key-store.ts';
import { halves, type Subject } from '../subject.ts';
import { recorded } from './fixtures.ts';

const SECRET = 's3cret';
const LONGEST = 1024 * 1024;
const KEYS = { key: Buffer.alloc(16, 1), readIv: Buffer.alloc(16, 2), writeIv: Buffer.alloc(16, 3) };
const THEIRS = { ...KEYS, readIv: KEYS.writeIv, writeIv: KEYS.readIv };
const SASL = { sessionHash: Buffer.alloc(16, 4), maxPlainBytes: 1000, maxWrappedBytes: 2000 };

const frames = recorded('spark-network', '', /^[\w.-]+\.bin$/);
const authentications = recorded('spark-network', 'authentication', /auth.*\.bin$/);
const conversations = recorded('spark-network', 'shuffle', /conn\d+\.c2s\.bin$/, 4096);

const framesIn = (bytes: Uint8Array): Frame[] => new FrameDecoder().push(bytes);
const bodiesOf = (recordings: readonly Uint8Array[]) =>
  recordings.flatMap(framesIn).flatMap((frame) => ('body' in frame ? [frame.body] : []));

const steps = bodiesOf(authentications);

/** What a cipher of the other side makes of real frames. */
const sealed = (encrypt: (parts: readonly Uint8Array[]) => readonly Uint8Array[]) => [
  Buffer.concat(encrypt(frames.slice(0, 3))),
];

/** A socket on which these bytes have come. */
function socketWith(bytes: Buffer): Socket {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  socket.push(bytes);
  socket.push(null);
  return socket as unknown as Socket;
}

export const SPARK_NETWORK_SUBJECTS: readonly Subject[] = [
  {
    name: "Spark's frames",
    golden: [...frames, ...conversations],
    read: (bytes) => {
      const decoder = new FrameDecoder({ maxFrameBytes: LONGEST });
      return halves(bytes).map((half) => decoder.push(half));
    },
  },
  {
    name: "messages of Spark's block transfer",
    golden: bodiesOf(conversations),
    read: decodeBlockTransferMessage,
  },
  {
    name: 'steps of SASL and AuthEngine, at a server',
    golden: steps,
    read: (bytes) => {
      const server = new ServerAuthentication({ secretOf: () => SECRET });
      return [...halves(bytes), bytes].map((step) => server.step(step));
    },
  },
  ...(['SASL', 'AuthEngine'] as const).map(
    (mechanism): Subject => ({
      name: `answers of ${mechanism}, at a client`,
      golden: steps,
      read: (bytes) => {
        const client = new ClientAuthentication({
          appId: 'sparkSaslUser',
          secret: SECRET,
          crypto: mechanism === 'AuthEngine',
        });
        client.start();
        return client.answered(bytes);
      },
    }),
  ),
  { name: 'directives of DIGEST-MD5', golden: steps, read: parseDirectives },
  {
    name: 'bytes of an AES-CTR that may be GCM',
    golden: sealed((parts) => new CtrCipher(THEIRS).encrypt(parts)),
    read: (bytes) => {
      const channel = new FrameChannel({ maxFrameBytes: LONGEST });
      const candidates = (['AES-CTR', 'AES-GCM'] as const).map((name) => ({
        name,
        version: '1',
        keys: KEYS,
      }));
      channel.useCipher(new DetectedCipher(candidates, LONGEST));
      channel.append(bytes);
      while (channel.next() !== undefined);
    },
  },
  {
    name: 'bytes of AES-GCM',
    golden: sealed((parts) => new GcmCipher(KEYS.key).encrypt(parts)),
    read: (bytes) => new GcmCipher(KEYS.key).decrypt(bytes),
  },
  {
    name: "bytes of SASL's confidentiality",
    golden: sealed((parts) => new SaslCipher({ ...SASL, side: 'client' }).encrypt(parts)),
    read: (bytes) => {
      const cipher = new SaslCipher({ ...SASL, side: 'server' });
      return halves(bytes).map((half) => cipher.decrypt(half));
    },
  },
  {
    name: 'the first byte, by which TLS is told apart',
    golden: [...frames.slice(0, 3), Buffer.from([TLS_FIRST_BYTE, 3, 1, 0, 5])],
    read: async (bytes) => {
      const found = await firstByte(socketWith(bytes), 50);
      if (found !== bytes[0]) throw new Error(`read ${found} where ${bytes[0]} came first`);
    },
  },
  { name: 'DER', golden: recorded('spark-network', 'tls', /\.(p12|jks)$/), read: readDer },
  {
    name: 'key stores of Java',
    golden: recorded('spark-network', 'tls', /\.jks$/),
    // Without a password the seal is not looked at, which would end all others at once.
    read: (bytes) => readJavaKeyStore(bytes, undefined),
    // What OpenSSL says of a certificate is told with the name of its file.
    mayThrow: (error) => error instanceof Error && /^error:[0-9A-F]{8}:/.test(error.message),
  },
];
