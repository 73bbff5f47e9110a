import { family, optional, withDefault } from '../definition.ts';
import { flag, integer, text } from '../value-schemas.ts';

/** How drivers, executors and services know each other, and what nobody else may read. */
export const SECURITY = {
  authenticate: withDefault({
    name: 'spark.authenticate',
    schema: flag,
    default: 'false',
    since: '1.0.0',
    meaning: 'Whether connections of Spark are authenticated',
  }),
  authenticateSecret: optional({
    name: 'spark.authenticate.secret',
    schema: text,
    since: '1.0.0',
    secret: true,
    meaning: 'Secret that all parts of an application share',
  }),
  saslEncryption: withDefault({
    name: 'spark.authenticate.enableSaslEncryption',
    schema: flag,
    default: 'false',
    since: '2.2.0',
    meaning: 'Whether connections that authenticate by SASL are encrypted',
  }),
  saslServerAlwaysEncrypt: withDefault({
    name: 'spark.network.sasl.serverAlwaysEncrypt',
    schema: flag,
    default: 'false',
    since: '1.4.0',
    meaning: 'Whether connections are refused that authenticate by SASL and do not encrypt',
  }),
  networkCrypto: withDefault({
    name: 'spark.network.crypto.enabled',
    schema: flag,
    default: 'false',
    since: '2.2.0',
    meaning: 'Whether connections are encrypted by the AES-based handshake of Spark',
  }),
  networkCryptoSaslFallback: withDefault({
    name: 'spark.network.crypto.saslFallback',
    schema: flag,
    default: 'true',
    since: '2.2.0',
    meaning: 'Whether SASL will do where the other side does not know that handshake',
  }),
  networkCryptoAuthEngineVersion: optional({
    name: 'spark.network.crypto.authEngineVersion',
    schema: integer(1, 2),
    since: '3.4.3',
    meaning: 'Version of the handshake. Unset: the default of the Spark that runs',
  }),
  networkCryptoCipher: optional({
    name: 'spark.network.crypto.cipher',
    schema: text,
    since: '4.0.0',
    meaning: 'Cipher of the connections. Unset: the default of the Spark that runs',
  }),
  sslRpc: family({
    name: 'spark.ssl.rpc.[Name]',
    schema: text,
    since: '4.0.0',
    secret: true,
    meaning: 'TLS of Spark’s own connections, in the names of Spark: enabled, keyStore, privateKey, …',
  }),
} as const;
