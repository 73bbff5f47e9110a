import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions, type SecureVersion } from 'node:tls';
import { SparkNetworkError } from '../errors.ts';
import { openSslCiphers } from './cipher-suites.ts';
import { JKS_START, readJavaKeyStore } from './java-key-store.ts';
import { pkcs12Certificates } from './pkcs12-certificates.ts';
import type { TlsSettings } from './tls-settings.ts';

/** The files of {@link TlsSettings}, read and understood. */
export interface TlsMaterial {
  /** For `createSecureContext`, the same for both sides. */
  readonly context: SecureContextOptions;
  /** Whether a certificate must come from somebody who is trusted. */
  readonly trustsOnlyKnown: boolean;
  /** Whether clients must have a certificate of their own. */
  readonly needClientAuth: boolean;
}

const PROTOCOLS: readonly string[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const JCEKS_START = 0xcececece;
const SEQUENCE = 0x30;

/** Reads the files, and fails with what is wrong with which of them. */
export async function loadTls(settings: TlsSettings): Promise<TlsMaterial> {
  const identity = await identityOf(settings);
  const trusted = await trustOf(settings);
  const ciphers = openSslCiphers(settings.enabledAlgorithms ?? []);
  const context: SecureContextOptions = {
    ...identity,
    ...versionsOf(settings.protocol),
    ...(trusted === undefined ? {} : { ca: trusted }),
    ...(ciphers === undefined ? {} : { ciphers }),
  };
  const store = settings.keyStore ?? settings.privateKey;
  try {
    createSecureContext(context);
  } catch (cause) {
    throw unusable(`${store} cannot be used: ${reasonOf(cause)}`, cause);
  }
  const needClientAuth = settings.needClientAuth ?? false;
  if (needClientAuth && trusted === undefined) {
    throw unusable(
      'spark.ssl.rpc.needClientAuth needs spark.ssl.rpc.trustStore: whose clients are to be let in?',
    );
  }
  return { context, trustsOnlyKnown: trusted !== undefined, needClientAuth };
}

async function identityOf(settings: TlsSettings): Promise<SecureContextOptions> {
  const { keyStore, keyStorePassword, keyPassword, privateKey, certChain } = settings;
  // As in Spark, PEM goes first where both are given.
  if (privateKey !== undefined && certChain !== undefined) {
    const passphrase = settings.privateKeyPassword ?? keyPassword;
    return {
      key: await contentOf('privateKey', privateKey),
      cert: await contentOf('certChain', certChain),
      ...(passphrase === undefined ? {} : { passphrase }),
    };
  }
  if (keyStore === undefined) {
    throw unusable(
      'TLS needs spark.ssl.rpc.keyStore, or spark.ssl.rpc.privateKey with spark.ssl.rpc.certChain',
    );
  }
  const content = await contentOf('keyStore', keyStore);
  if (isJavaKeyStore(content)) {
    const read = () => readJavaKeyStore(content, keyStorePassword, keyPassword);
    const { identity } = understood('keyStore', keyStore, read);
    if (identity === undefined) throw unusable(`spark.ssl.rpc.keyStore: ${keyStore} holds no key`);
    return { key: identity.key, cert: identity.certificates.join('') };
  }
  checkStore('keyStore', keyStore, content);
  if (keyPassword !== undefined && keyStorePassword !== undefined && keyPassword !== keyStorePassword) {
    throw unusable(
      'a PKCS12 key store has one password: spark.ssl.rpc.keyPassword must be that of the key store',
    );
  }
  const passphrase = keyStorePassword ?? keyPassword;
  return { pfx: content, ...(passphrase === undefined ? {} : { passphrase }) };
}

/** Undefined where anybody is trusted. */
async function trustOf({
  trustStore,
  certChain,
  trustStorePassword,
}: TlsSettings): Promise<string[] | undefined> {
  const path = trustStore ?? certChain;
  if (path === undefined) return undefined;
  const setting = trustStore === undefined ? 'certChain' : 'trustStore';
  const content = await contentOf(setting, path);
  const certificates = content
    .toString('latin1')
    .match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g);
  if (certificates !== null) {
    for (const certificate of certificates) checkCertificate(setting, path, certificate);
    return [...certificates];
  }
  checkStore(setting, path, content);
  const found = understood(setting, path, () =>
    isJavaKeyStore(content)
      ? readJavaKeyStore(content, trustStorePassword).certificates
      : pkcs12Certificates(content, trustStorePassword ?? ''),
  );
  if (found.length === 0) throw unusable(`spark.ssl.rpc.${setting}: ${path} holds no certificate`);
  return [...found];
}

/** Whatever node:crypto thinks of a file: it is not one that can be used. */
function understood<T>(setting: string, path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unusable(`spark.ssl.rpc.${setting}: ${path} cannot be read: ${reasonOf(cause)}`, cause);
  }
}

function isJavaKeyStore(content: Buffer): boolean {
  return content.byteLength >= 4 && content.readUInt32BE() === JKS_START;
}

/** OpenSSL passes over what is none, and then trusts nobody. */
function checkCertificate(setting: string, path: string, certificate: string): void {
  try {
    new X509Certificate(certificate);
  } catch (cause) {
    throw unusable(`spark.ssl.rpc.${setting}: ${path} holds a certificate that is none`, cause);
  }
}

function checkStore(setting: string, path: string, content: Buffer): void {
  if (content.byteLength < 4) throw unusable(`spark.ssl.rpc.${setting}: ${path} is empty`);
  if (isJavaKeyStore(content)) return;
  if (content.readUInt32BE() === JCEKS_START) {
    throw unusable(
      `spark.ssl.rpc.${setting}: ${path} is a key store of the kind JCEKS, which is not read here. Convert it: ` +
        `keytool -importkeystore -srckeystore ${path} -destkeystore ${path}.p12 -deststoretype PKCS12`,
    );
  }
  if (content[0] !== SEQUENCE) throw unusable(`spark.ssl.rpc.${setting}: ${path} is no PKCS12 key store`);
}

async function contentOf(setting: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unusable(`spark.ssl.rpc.${setting}: ${reasonOf(cause)}`, cause);
  }
}

function versionsOf(protocol: string | undefined): SecureContextOptions {
  if (protocol === undefined || protocol === '' || protocol === 'TLS') {
    return { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' };
  }
  if (!PROTOCOLS.includes(protocol)) {
    throw unusable(`spark.ssl.rpc.protocol: ${protocol} is none of ${PROTOCOLS.join(', ')}`);
  }
  const version = protocol as SecureVersion;
  return { minVersion: version, maxVersion: version };
}

function reasonOf(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/mac verify failure/.test(reason)) return 'the password is wrong';
  if (!/unsupported/i.test(reason)) return reason;
  return `${reason} (a key store of Java 8 has to be made anew by the keytool of Java 11 or newer)`;
}

function unusable(message: string, cause?: unknown): SparkNetworkError {
  return new SparkNetworkError('SPARK_NETWORK_TLS_UNUSABLE', message, { cause });
}
