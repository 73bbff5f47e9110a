import {
  type AuthEngineVersion,
  type CipherName,
  type ClientAuthenticationOptions,
  type ServerAuthenticationOptions,
  SPARK_SASL_USER,
} from '@spark-mesos/spark-network';

/** How RpcEnvs authenticate themselves to each other with a secret that both know; the names are Spark's. */
export interface RpcAuthentication {
  /** `spark.authenticate.secret`. */
  readonly secret: string;
  /**
   * `spark.network.crypto.enabled`. As a client: AuthEngine, which encrypts, before SASL. As a server, clients may
   * choose either, but for `saslFallback`. Default false.
   */
  readonly crypto?: boolean;
  /** `spark.network.crypto.saslFallback`; without, a connection with `crypto` is never without it. Default true. */
  readonly saslFallback?: boolean;
  /** `spark.network.crypto.authEngineVersion`, as a client; a server sees it of itself. Default 1. */
  readonly authEngineVersion?: AuthEngineVersion | '2.x';
  /** `spark.network.crypto.cipher`, as a client; a server sees it of itself. Default AES-CTR. */
  readonly cipher?: CipherName;
  /** `spark.authenticate.enableSaslEncryption`, as a client. Default false. */
  readonly saslEncryption?: boolean;
  /** `spark.network.sasl.serverAlwaysEncrypt`. Default false. */
  readonly saslAlwaysEncrypt?: boolean;
  /** `spark.network.sasl.maxEncryptedBlockSize`. Default 64 KiB. */
  readonly maxEncryptedBlockBytes?: number;
}

/** What is asked of those who connect. */
export function serverOptions(authentication: RpcAuthentication, tls: boolean): ServerAuthenticationOptions {
  const { secret, crypto = false, saslFallback = true, saslAlwaysEncrypt = false } = authentication;
  const { maxEncryptedBlockBytes } = authentication;
  return {
    secretOf: (appId) => (appId === SPARK_SASL_USER ? secret : undefined),
    saslFallback: saslFallback || !crypto,
    saslAlwaysEncrypt,
    insideTls: tls,
    ...(maxEncryptedBlockBytes === undefined ? {} : { maxEncryptedBlockBytes }),
  };
}

/** How we authenticate ourselves where we connect. */
export function clientOptions(authentication: RpcAuthentication, tls: boolean): ClientAuthenticationOptions {
  const { saslAlwaysEncrypt: _servers, ...options } = authentication;
  // Inside of TLS nothing is encrypted once more; a Spark that is set to both takes SASL by itself, too.
  return tls ? { ...options, crypto: false, saslEncryption: false } : options;
}
