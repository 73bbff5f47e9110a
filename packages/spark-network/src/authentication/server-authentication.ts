import { randomBytes } from 'node:crypto';
import { CtrCipher } from '../ciphers/ctr-cipher.ts';
import {
  type CipherCandidate,
  type CipherName,
  cipherOf,
  DetectedCipher,
} from '../ciphers/detected-cipher.ts';
import { WRAPPING_BYTES } from '../ciphers/sasl-cipher.ts';
import type { TransportCipher } from '../ciphers/transport-cipher.ts';
import { SparkNetworkError } from '../errors.ts';
import { DEFAULT_MAX_FRAME_BYTES } from '../frame-decoder.ts';
import { AuthEngine, type AuthEngineVersion } from './auth-engine.ts';
import { AUTH_MESSAGE_TAG, decodeAuthMessage } from './auth-message.ts';
import { CLIENT_CHALLENGE_TAG, decodeClientChallenge } from './client-challenge.ts';
import { DigestServer } from './digest-server.ts';
import { LegacyAuthEngine } from './legacy-auth-engine.ts';
import { decodeSaslMessage, SASL_TAG } from './sasl-message.ts';

/** How a client has authenticated itself. */
export type AuthenticationMechanism = 'SASL' | 'AuthEngine' | 'AuthEngine of Spark 2';

/** What a server wants of its clients; the settings' names are Spark's. */
export interface ServerAuthenticationOptions {
  /**
   * The secret of an id: `sparkSaslUser` between RpcEnvs, an application's at a shuffle service. Undefined where
   * there is none; who asks is not told whether that or another secret was the reason.
   */
  readonly secretOf: (appId: string) => string | undefined;
  /** `spark.network.crypto.enabled`: takes AuthEngine. Default true, since it is the client that chooses. */
  readonly crypto?: boolean;
  /** `spark.network.crypto.saslFallback`: takes SASL, too. Default true. */
  readonly saslFallback?: boolean;
  /** `spark.network.sasl.serverAlwaysEncrypt`: takes SASL only with encryption. Default false. */
  readonly saslAlwaysEncrypt?: boolean;
  /**
   * The connection is inside of TLS: it is authenticated with SASL and not encrypted once more. Spark would put the
   * second encryption around the first, which nothing here can undo. Default false.
   */
  readonly insideTls?: boolean;
  /** `spark.network.sasl.maxEncryptedBlockSize`. Default 64 KiB. */
  readonly maxEncryptedBlockBytes?: number;
  /** `spark.network.crypto.authEngineVersion`; where it is not given, the client's first bytes tell. */
  readonly authEngineVersion?: AuthEngineVersion;
  /** `spark.network.crypto.cipher`; where it is not given, the client's first bytes tell. */
  readonly cipher?: CipherName;
  /** The longest message of an encrypted client. Default 128 MiB. */
  readonly maxFrameBytes?: number;
}

/** What a step of a client's has led to. The answer goes out before anything is encrypted. */
export type ServerAuthenticationStep =
  /** Another step is to come. */
  | { readonly kind: 'challenged'; readonly answer: Uint8Array }
  /** The client is who it says; from the next byte on, the cipher is between both, if there is one. */
  | {
      readonly kind: 'authenticated';
      readonly answer: Uint8Array;
      readonly appId: string;
      readonly mechanism: AuthenticationMechanism;
      readonly cipher: TransportCipher | undefined;
    }
  /** A mechanism that is not taken; the client may try another one. `error` is for the peer. */
  | { readonly kind: 'declined'; readonly error: string; readonly reason: string }
  /** The client is not who it says, and the connection is to be closed. `error` is for the peer, `reason` for the log. */
  | { readonly kind: 'failed'; readonly error: string; readonly reason: string };

const FAILURE =
  'java.lang.IllegalArgumentException: Authentication failed: is spark.authenticate.secret the same on both sides?';
const NO_AUTHENTICATION =
  'java.lang.IllegalStateException: This connection must be authenticated: set spark.authenticate=true and ' +
  "spark.authenticate.secret to the server's.";
const NO_FALLBACK = 'spark.network.crypto.saslFallback is false: set spark.network.crypto.enabled=true';
const DEFAULT_BLOCK_BYTES = 64 * 1024;

/**
 * The server's side of one connection's authentication: takes the bodies of RpcRequests, one after the other,
 * until the client has authenticated itself. As in Spark, a client that fails with AuthEngine is cut off, and one
 * whose mechanism is not taken may go on with SASL.
 */
export class ServerAuthentication {
  readonly #options: ServerAuthenticationOptions;
  #sasl: { readonly appId: string; readonly server: DigestServer } | undefined;
  #over = false;

  constructor(options: ServerAuthenticationOptions) {
    this.#options = options;
  }

  /** Takes the body of an RpcRequest. It never throws for what a peer may send. */
  step(body: Uint8Array): ServerAuthenticationStep {
    if (this.#over) return failed('the authentication is over already');
    try {
      const step = this.#step(body);
      this.#over = step.kind === 'authenticated' || step.kind === 'failed';
      return step;
    } catch (error) {
      if (!(error instanceof SparkNetworkError)) throw error;
      this.#over = true;
      return failed(error.message);
    }
  }

  #step(body: Uint8Array): ServerAuthenticationStep {
    const { saslFallback = true, insideTls = false } = this.#options;
    const crypto = (this.#options.crypto ?? true) && !insideTls;
    const why = insideTls
      ? 'the connection is encrypted with TLS'
      : 'spark.network.crypto.enabled is false here';
    switch (body[0]) {
      case SASL_TAG:
        if (saslFallback || !crypto) return this.#stepOfSasl(body);
        // It is what a client tries last, so there is nothing more to come.
        return { ...notTaken('SASL', NO_FALLBACK), kind: 'failed' };
      case AUTH_MESSAGE_TAG:
        if (crypto && this.#sasl === undefined) return this.#stepOfAuthEngine(body);
        return { ...notTaken('AuthEngine', why), kind: 'declined' };
      case CLIENT_CHALLENGE_TAG:
        if (crypto && this.#sasl === undefined) return this.#stepOfLegacy(body);
        return { ...notTaken('AuthEngine', why), kind: 'declined' };
      default:
        return {
          kind: 'failed',
          error: NO_AUTHENTICATION,
          reason: 'the client does not authenticate itself: set spark.authenticate=true for it',
        };
    }
  }

  #stepOfSasl(body: Uint8Array): ServerAuthenticationStep {
    const { appId, token } = decodeSaslMessage(body);
    if (this.#sasl === undefined) {
      const server = new DigestServer({
        secret: this.#secretOf(appId),
        encryption: this.#saslEncryption,
        maxPlainBytes: this.#options.maxEncryptedBlockBytes ?? DEFAULT_BLOCK_BYTES,
        maxWrappedBytes: this.#maxFrameBytes + WRAPPING_BYTES,
      });
      this.#sasl = { appId, server };
      return { kind: 'challenged', answer: server.challenge() };
    }
    if (appId !== this.#sasl.appId) return failed('the client has changed its application');
    const { answer, cipher } = this.#sasl.server.verify(token);
    return { kind: 'authenticated', answer, appId, mechanism: 'SASL', cipher };
  }

  #stepOfAuthEngine(body: Uint8Array): ServerAuthenticationStep {
    const { appId } = decodeAuthMessage(body);
    const { answer, keys } = new AuthEngine({ appId, secret: this.#secretOf(appId) }).respond(body);
    const { authEngineVersion, cipher } = this.#options;
    const versions = authEngineVersion === undefined ? ([1, 2] as const) : [authEngineVersion];
    const names = cipher === undefined ? (['AES-CTR', 'AES-GCM'] as const) : [cipher];
    const candidates = versions.flatMap((version) =>
      names.map((name): CipherCandidate => ({ name, version: String(version), keys: keys(version) })),
    );
    const [only] = candidates;
    const detected =
      only !== undefined && candidates.length === 1
        ? cipherOf(only)
        : new DetectedCipher(candidates, this.#maxFrameBytes);
    return { kind: 'authenticated', answer, appId, mechanism: 'AuthEngine', cipher: detected };
  }

  #stepOfLegacy(body: Uint8Array): ServerAuthenticationStep {
    const { appId } = decodeClientChallenge(body);
    const { answer, keys } = new LegacyAuthEngine({ appId, secret: this.#secretOf(appId) }).respond(body);
    return {
      kind: 'authenticated',
      answer,
      appId,
      mechanism: 'AuthEngine of Spark 2',
      cipher: new CtrCipher(keys),
    };
  }

  get #saslEncryption(): 'offered' | 'required' | 'none' {
    if (this.#options.insideTls) return 'none';
    return this.#options.saslAlwaysEncrypt ? 'required' : 'offered';
  }

  /** For an unknown id it is one that nobody has, so that it fails like a wrong one. */
  #secretOf(appId: string): string {
    return this.#options.secretOf(appId) ?? randomBytes(32).toString('hex');
  }

  get #maxFrameBytes(): number {
    return this.#options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES;
  }
}

function notTaken(mechanism: string, why: string): { readonly error: string; readonly reason: string } {
  const reason = `${mechanism} is not taken: ${why}`;
  return { error: `java.lang.IllegalArgumentException: Unknown challenge message. ${reason}`, reason };
}

function failed(reason: string): ServerAuthenticationStep {
  return { kind: 'failed', error: FAILURE, reason };
}
