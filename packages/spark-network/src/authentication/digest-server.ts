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
  type SaslProtection,
  sessionHash,
} from './digest-md5.ts';
import { authenticationFailed, equalBytes, SPARK_SASL_USER } from './failure.ts';

const NONCE_BYTES = 30;
const OFFERS = { offered: 'auth-conf,auth', required: 'auth-conf', none: 'auth' } as const;

/** Options of {@link DigestServer}. */
export interface DigestServerOptions {
  readonly secret: string;
  /** Whether clients may encrypt, must, or must not. */
  readonly encryption: 'offered' | 'required' | 'none';
  /** How much is encrypted at once. */
  readonly maxPlainBytes: number;
  /** How long a wrapped message of the client may be. */
  readonly maxWrappedBytes: number;
  /** Bytes that nobody can guess; for tests. */
  readonly random?: (count: number) => Uint8Array;
}

/** What a client has shown. */
export interface DigestOutcome {
  /** The server's own proof, for the client. */
  readonly answer: Uint8Array;
  /** Undefined where what follows is not encrypted. */
  readonly cipher: TransportCipher | undefined;
}

/** The server's side of DIGEST-MD5 (RFC 2831), as far as Spark and Java's SASL client use it. */
export class DigestServer {
  readonly #options: DigestServerOptions;
  readonly #nonce: string;

  constructor(options: DigestServerOptions) {
    this.#options = options;
    this.#nonce = Buffer.from((options.random ?? randomBytes)(NONCE_BYTES)).toString('base64');
  }

  /**
   * What the server wants to be proved. Of the ciphers only 3des is offered: OpenSSL 3 refuses DES and RC4, and
   * every Java has 3des and prefers it.
   */
  challenge(): Uint8Array {
    return formatDirectives([
      ['realm', quoted(REALM)],
      ['nonce', quoted(this.#nonce)],
      ['qop', quoted(OFFERS[this.#options.encryption])],
      ['charset', 'utf-8'],
      ...(this.#options.encryption === 'none' ? [] : [['cipher', quoted('3des')] as const]),
      ['algorithm', 'md5-sess'],
    ]);
  }

  /** Checks the client's proof. Throws when it is none. */
  verify(token: Uint8Array): DigestOutcome {
    const response = parseDirectives(token);
    const protection = this.#protectionOf(response);
    this.#check(response);
    const input: DigestInput = {
      user: SPARK_SASL_USER,
      secret: this.#options.secret,
      nonce: this.#nonce,
      clientNonce: response.get('cnonce') ?? '',
      protection,
    };
    const proof = Buffer.from(response.get('response') ?? '');
    if (!equalBytes(proof, digestProof(input, 'client'))) {
      throw authenticationFailed('the client has another secret');
    }
    const answer = formatDirectives([['rspauth', digestProof(input, 'server').toString()]]);
    return { answer, cipher: protection === 'auth' ? undefined : this.#cipher(input, response) };
  }

  #protectionOf(response: Directives): SaslProtection {
    const protection = response.get('qop') ?? 'auth';
    if (protection === 'auth-conf' && this.#options.encryption !== 'none') return protection;
    if (protection !== 'auth') throw authenticationFailed(`the client wants the protection ${protection}`);
    if (this.#options.encryption !== 'required') return protection;
    throw authenticationFailed(
      'the client does not encrypt, and spark.network.sasl.serverAlwaysEncrypt is set: it must set ' +
        'spark.authenticate.enableSaslEncryption=true',
    );
  }

  #check(response: Directives): void {
    const expected = [
      ['username', encodedName(SPARK_SASL_USER)],
      ['realm', REALM],
      ['nonce', this.#nonce],
      ['nc', NONCE_COUNT],
      ['digest-uri', DIGEST_URI],
    ] as const;
    for (const [name, value] of expected) {
      if (!equalBytes(Buffer.from(response.get(name) ?? ''), Buffer.from(value))) {
        throw authenticationFailed(`the client's ${name} is not the one that was asked for`);
      }
    }
    if (!response.get('cnonce')) throw authenticationFailed('the client has no cnonce');
    if (response.has('authzid')) throw authenticationFailed('the client wants to act for somebody else');
  }

  #cipher(input: DigestInput, response: Directives): TransportCipher {
    if (response.get('cipher') !== '3des') {
      throw authenticationFailed(`the client encrypts with ${response.get('cipher')}, which was not offered`);
    }
    const buffer = maxBufferOf(response);
    return new SaslCipher({
      sessionHash: sessionHash(input),
      side: 'server',
      maxPlainBytes: Math.min(this.#options.maxPlainBytes, buffer - WRAPPING_BYTES),
      maxWrappedBytes: this.#options.maxWrappedBytes,
    });
  }
}

/** How much the other side takes at once. */
export function maxBufferOf(directives: Directives): number {
  const text = directives.get('maxbuf');
  if (text === undefined) return DEFAULT_MAX_BUFFER_BYTES;
  const bytes = /^\d{1,8}$/.test(text) ? Number(text) : 0;
  if (bytes > 2 * WRAPPING_BYTES && bytes < 2 ** 24) return bytes;
  throw authenticationFailed(`a maxbuf of ${text}`);
}
