import { CtrCipher } from '../ciphers/ctr-cipher.ts';
import { type CipherName, cipherOf } from '../ciphers/detected-cipher.ts';
import { WRAPPING_BYTES } from '../ciphers/sasl-cipher.ts';
import type { TransportCipher } from '../ciphers/transport-cipher.ts';
import { DEFAULT_MAX_FRAME_BYTES } from '../frame-decoder.ts';
import { AuthEngine, type AuthEngineVersion } from './auth-engine.ts';
import { DigestClient } from './digest-client.ts';
import { authenticationFailed, guarded, SPARK_SASL_USER } from './failure.ts';
import { LegacyAuthEngine } from './legacy-auth-engine.ts';
import { encodeSaslMessage } from './sasl-message.ts';

/** How a client authenticates itself; the settings' names are Spark's, and the server's must be the same. */
export interface ClientAuthenticationOptions {
  readonly secret: string;
  /** Default `sparkSaslUser`, the id between RpcEnvs. A shuffle service takes the application's. */
  readonly appId?: string;
  /** `spark.network.crypto.enabled`: begins with AuthEngine. Default false. */
  readonly crypto?: boolean;
  /** `spark.network.crypto.authEngineVersion`, default 1; `'2.x'` is the engine of Spark 2.2 to 3.0. */
  readonly authEngineVersion?: AuthEngineVersion | '2.x';
  /** `spark.network.crypto.cipher`. Default AES-CTR. */
  readonly cipher?: CipherName;
  /** `spark.network.crypto.saslFallback`: goes on with SASL when AuthEngine is not understood. Default true. */
  readonly saslFallback?: boolean;
  /** `spark.authenticate.enableSaslEncryption`. Default false. */
  readonly saslEncryption?: boolean;
  /** `spark.network.sasl.maxEncryptedBlockSize`. Default 64 KiB. */
  readonly maxEncryptedBlockBytes?: number;
  /** The longest message of the server. Default 128 MiB. */
  readonly maxFrameBytes?: number;
}

/** What is to be done after an answer. */
export type ClientAuthenticationStep =
  /** Send this as the body of another RpcRequest. */
  | { readonly kind: 'ask'; readonly body: Uint8Array }
  /** Both have authenticated themselves; from the next byte on, the cipher is between them, if there is one. */
  | { readonly kind: 'authenticated'; readonly cipher: TransportCipher | undefined };

interface Attempt {
  readonly mechanism: 'AuthEngine' | 'SASL';
  answered(body: Uint8Array): ClientAuthenticationStep;
}

/** The client's side of one connection's authentication. */
export class ClientAuthentication {
  readonly #options: ClientAuthenticationOptions;
  #attempt: Attempt | undefined;

  constructor(options: ClientAuthenticationOptions) {
    this.#options = options;
  }

  /** The body of the first RpcRequest. */
  start(): Uint8Array {
    if (!this.#options.crypto) return this.#startSasl();
    return this.#options.authEngineVersion === '2.x' ? this.#startLegacy() : this.#startAuthEngine();
  }

  /** Takes the body of an RpcResponse. Throws when the server has not authenticated itself. */
  answered(body: Uint8Array): ClientAuthenticationStep {
    const attempt = this.#attempt;
    if (attempt === undefined) throw authenticationFailed('nothing was asked');
    return guarded(`the answer to ${attempt.mechanism} makes no sense`, () => attempt.answered(body));
  }

  /** Takes the error of an RpcFailure: goes on with SASL where that may be, else throws. */
  refused(error: string): ClientAuthenticationStep {
    const { saslFallback = true } = this.#options;
    if (this.#attempt?.mechanism === 'AuthEngine' && saslFallback) {
      return { kind: 'ask', body: this.#startSasl() };
    }
    const [firstLine = ''] = error.split('\n');
    throw authenticationFailed(`the server refuses ${this.#attempt?.mechanism ?? 'it'}: ${firstLine}`);
  }

  #startAuthEngine(): Uint8Array {
    const engine = new AuthEngine({ appId: this.#appId, secret: this.#options.secret });
    const version = this.#options.authEngineVersion === 2 ? 2 : 1;
    const name = this.#options.cipher ?? 'AES-CTR';
    this.#attempt = {
      mechanism: 'AuthEngine',
      answered: (body) => ({
        kind: 'authenticated',
        cipher: cipherOf({ name, version: String(version), keys: engine.finish(body)(version) }),
      }),
    };
    return engine.challenge();
  }

  #startLegacy(): Uint8Array {
    const engine = new LegacyAuthEngine({ appId: this.#appId, secret: this.#options.secret });
    this.#attempt = {
      mechanism: 'AuthEngine',
      answered: (body) => ({ kind: 'authenticated', cipher: new CtrCipher(engine.finish(body)) }),
    };
    return engine.challenge();
  }

  #startSasl(): Uint8Array {
    const { secret, saslEncryption = false, maxEncryptedBlockBytes = 64 * 1024 } = this.#options;
    const client = new DigestClient({
      secret,
      encrypt: saslEncryption,
      maxPlainBytes: maxEncryptedBlockBytes,
      maxWrappedBytes: (this.#options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES) + WRAPPING_BYTES,
    });
    const appId = this.#appId;
    let responded = false;
    this.#attempt = {
      mechanism: 'SASL',
      answered: (body) => {
        if (responded) return { kind: 'authenticated', cipher: client.finish(body) };
        responded = true;
        return { kind: 'ask', body: encodeSaslMessage({ appId, token: client.respond(body) }) };
      },
    };
    return encodeSaslMessage({ appId, token: new Uint8Array(0) });
  }

  get #appId(): string {
    return this.#options.appId ?? SPARK_SASL_USER;
  }
}
