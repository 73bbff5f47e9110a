/**
 * What `spark.ssl.rpc.*` says (Spark 4 and newer); the options have the names of Spark's settings. Give either a
 * key store, or a private key with its certificates in PEM.
 */
export interface TlsSettings {
  /** PKCS12, the default of every Java since 9, or JKS, that of those before. */
  readonly keyStore?: string;
  readonly keyStorePassword?: string;
  /** The key's own password, where it is not the key store's. */
  readonly keyPassword?: string;
  /** A file in PEM. */
  readonly privateKey?: string;
  readonly privateKeyPassword?: string;
  /** A file in PEM: the certificate, and those up to its authority. */
  readonly certChain?: string;
  /** PEM, PKCS12 or JKS. Where there is none, any certificate is trusted, as in Spark; but with `certChain`, only that. */
  readonly trustStore?: string;
  readonly trustStorePassword?: string;
  /** One version of TLS, such as `TLSv1.3`. Default: 1.2 and 1.3. */
  readonly protocol?: string;
  /** Cipher suites by Java's names. Those that are not there are passed over, as in Spark. */
  readonly enabledAlgorithms?: readonly string[];
  /** Asks clients for a certificate of their own. Spark's RPC never does; default false. */
  readonly needClientAuth?: boolean;
}
