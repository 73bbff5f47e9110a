import { randomBytes } from 'node:crypto';
import { SaslCipher, WRAPPING_BYTES } from '../ciphers/sasl-cipher.ts';
import type { TransportCipher } from '../ciphers/transport-cipher.ts';
import {
  DEFAULT_MAX_BUFFER_BYTES,
  DIGEST_URI,
  type DigestInput,
  type Directives,
  digestProof,
  encodedName,
  formatDirectives,
  NONCE_COUNT,
  parseDirectives,
  quoted,
  REALM,
  sessionHash,
} from './digest-md5.ts';
import { maxBufferOf } from './digest-server.ts';
import { authenticationFailed, equalBytes, SPARK_SASL_USER } from './failure.ts';

const NONCE_BYTES = 30;

/** Options of {@link DigestClient}. */
export interface DigestClientOptions {
  readonly secret: string;
  /** Whether what follows is to be encrypted. */
  readonly encrypt: boolean;
  /** How much is encrypted at once. */
  readonly maxPlainBytes: number;
  /** How long a wrapped message of the server may be. */
  readonly maxWrappedBytes: number;
  /** Bytes that nobody can guess; for tests. */
  readonly random?: (count: number) => Uint8Array;
}

/** The client's side of DIGEST-MD5 (RFC 2831), as far as Spark and Java's SASL server use it. */
export class DigestClient {
  readonly #options: DigestClientOptions;
  readonly #clientNonce: string;
  #input: DigestInput | undefined;
  #maxBufferBytes = DEFAULT_MAX_BUFFER_BYTES;

  constructor(options: DigestClientOptions) {
    this.#options = options;
    this.#clientNonce = Buffer.from((options.random ?? randomBytes)(NONCE_BYTES)).toString('base64');
  }

  /** Proves to the server what its challenge asks for. */
  respond(challenge: Uint8Array): Uint8Array {
    const asked = parseDirectives(challenge);
    const protection = this.#options.encrypt ? 'auth-conf' : 'auth';
    this.#check(asked, protection);
    const nonce = asked.get('nonce') ?? '';
    const input: DigestInput = {
      user: SPARK_SASL_USER,
      secret: this.#options.secret,
      nonce,
      clientNonce: this.#clientNonce,
      protection,
    };
    this.#input = input;
    this.#maxBufferBytes = maxBufferOf(asked);
    return formatDirectives([
      ['charset', 'utf-8'],
      ['username', quoted(encodedName(SPARK_SASL_USER))],
      ['realm', quoted(REALM)],
      ['nonce', quoted(nonce)],
      ['nc', NONCE_COUNT],
      ['cnonce', quoted(this.#clientNonce)],
      ['digest-uri', quoted(DIGEST_URI)],
      ['maxbuf', String(DEFAULT_MAX_BUFFER_BYTES)],
      ['response', digestProof(input, 'client').toString()],
      ['qop', protection],
      ...(protection === 'auth-conf' ? [['cipher', quoted('3des')] as const] : []),
    ]);
  }

  /** Checks the server's proof; undefined where what follows is not encrypted. */
  finish(answer: Uint8Array): TransportCipher | undefined {
    const input = this.#input;
    if (input === undefined) throw authenticationFailed('the server has asked for nothing');
    const proof = Buffer.from(parseDirectives(answer).get('rspauth') ?? '');
    if (!equalBytes(proof, digestProof(input, 'server'))) {
      throw authenticationFailed('the server has another secret');
    }
    if (input.protection === 'auth') return undefined;
    return new SaslCipher({
      sessionHash: sessionHash(input),
      side: 'client',
      maxPlainBytes: Math.min(this.#options.maxPlainBytes, this.#maxBufferBytes - WRAPPING_BYTES),
      maxWrappedBytes: this.#options.maxWrappedBytes,
    });
  }

  #check(asked: Directives, protection: string): void {
    if (!asked.get('nonce')) throw authenticationFailed("the server's challenge has no nonce");
    if (asked.get('algorithm') !== 'md5-sess') {
      throw authenticationFailed(`the server wants the algorithm ${asked.get('algorithm')}`);
    }
    if (!listOf(asked.get('qop') ?? 'auth').includes(protection)) {
      throw authenticationFailed(`the server offers the protection ${asked.get('qop')}, not ${protection}`);
    }
    if (protection === 'auth-conf' && !listOf(asked.get('cipher') ?? '').includes('3des')) {
      throw authenticationFailed(`the server offers the ciphers ${asked.get('cipher')}, not 3des`);
    }
  }
}

function listOf(value: string): readonly string[] {
  return value.split(',').map((entry) => entry.trim());
}
