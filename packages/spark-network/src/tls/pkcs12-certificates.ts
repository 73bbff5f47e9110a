import { createDecipheriv, pbkdf2Sync, X509Certificate } from 'node:crypto';
import { SparkNetworkError } from '../errors.ts';
import { contentOf, DER_TAG, type DerValue, identifierOf, integerOf, partsOf, readDer } from './der.ts';

// Object identifiers, in hexadecimal as they stand in the file.
const DATA = '2a864886f70d010701';
const ENCRYPTED_DATA = '2a864886f70d010706';
const CERTIFICATE_BAG = '2a864886f70d010c0a0103';
const PBES2 = '2a864886f70d01050d';
const PBKDF2 = '2a864886f70d01050c';
/** Where nothing is said, it is HMAC with SHA-1. */
const DIGESTS = new Map([
  ['2a864886f70d0207', 'sha1'],
  ['2a864886f70d0208', 'sha224'],
  ['2a864886f70d0209', 'sha256'],
  ['2a864886f70d020a', 'sha384'],
  ['2a864886f70d020b', 'sha512'],
]);
const CIPHERS = new Map([
  ['608648016503040102', { name: 'aes-128-cbc', keyBytes: 16 }],
  ['608648016503040116', { name: 'aes-192-cbc', keyBytes: 24 }],
  ['60864801650304012a', { name: 'aes-256-cbc', keyBytes: 32 }],
]);
const MAX_ITERATIONS = 1_000_000;

/**
 * The certificates in a PKCS12 store (RFC 7292), in PEM. Node reads such stores for a key alone, and a trust store
 * has none. The store's own seal is not looked at: who can change the file could seal it as well, since the password
 * stands beside it in the settings.
 */
export function pkcs12Certificates(bytes: Uint8Array, password: string): string[] {
  const [, safe] = partsOf(readDer(bytes)[0], DER_TAG.SEQUENCE);
  const [type, content] = partsOf(safe, DER_TAG.SEQUENCE);
  if (identifierOf(type) !== DATA) throw unusable('it is sealed with a key');
  const [contents] = readDer(octetsIn(content));
  return partsOf(contents, DER_TAG.SEQUENCE).flatMap((part) => certificatesIn(part, password));
}

function certificatesIn(part: DerValue, password: string): string[] {
  const [type, content] = partsOf(part, DER_TAG.SEQUENCE);
  const identifier = identifierOf(type);
  if (identifier !== DATA && identifier !== ENCRYPTED_DATA) throw unusable('it is encrypted with a key');
  const plain = identifier === DATA ? octetsIn(content) : decrypt(content, password);
  return partsOf(readDer(plain)[0], DER_TAG.SEQUENCE).flatMap((bag) => {
    const [kind, value] = partsOf(bag, DER_TAG.SEQUENCE);
    if (identifierOf(kind) !== CERTIFICATE_BAG) return [];
    const [, certificate] = partsOf(partsOf(value, DER_TAG.EXPLICIT_0)[0], DER_TAG.SEQUENCE);
    return [new X509Certificate(octetsIn(certificate)).toString()];
  });
}

function octetsIn(explicit: DerValue | undefined): Uint8Array {
  const [octets] = partsOf(explicit, DER_TAG.EXPLICIT_0);
  return contentOf(octets, DER_TAG.OCTET_STRING);
}

function decrypt(content: DerValue | undefined, password: string): Uint8Array {
  const [encrypted] = partsOf(content, DER_TAG.EXPLICIT_0);
  const [, information] = partsOf(encrypted, DER_TAG.SEQUENCE);
  const [, algorithm, ciphertext] = partsOf(information, DER_TAG.SEQUENCE);
  const [scheme, parameters] = partsOf(algorithm, DER_TAG.SEQUENCE);
  if (identifierOf(scheme) !== PBES2) {
    throw unusable('it is encrypted as Java 8 did it; make it anew with the keytool of Java 11 or newer');
  }
  const [derivation, encryption] = partsOf(parameters, DER_TAG.SEQUENCE);
  const [cipherName, iv] = partsOf(encryption, DER_TAG.SEQUENCE);
  const cipher = CIPHERS.get(identifierOf(cipherName));
  if (cipher === undefined) throw unusable('it is encrypted with a cipher other than AES');
  const key = deriveKey(derivation, password, cipher.keyBytes);
  const decipher = createDecipheriv(cipher.name, key, contentOf(iv, DER_TAG.OCTET_STRING));
  try {
    const bytes = contentOf(ciphertext, DER_TAG.IMPLICIT_0);
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch (cause) {
    throw unusable('the password is wrong', cause);
  }
}

function deriveKey(derivation: DerValue | undefined, password: string, keyBytes: number): Uint8Array {
  const [name, parameters] = partsOf(derivation, DER_TAG.SEQUENCE);
  if (identifierOf(name) !== PBKDF2) throw unusable('its key is not derived with PBKDF2');
  const [salt, count, ...rest] = partsOf(parameters, DER_TAG.SEQUENCE);
  const iterations = integerOf(count);
  if (iterations < 1 || iterations > MAX_ITERATIONS) throw unusable(`it wants ${iterations} iterations`);
  const pseudoRandom = rest.find(({ tag }) => tag === DER_TAG.SEQUENCE);
  const [digestName] = pseudoRandom === undefined ? [] : partsOf(pseudoRandom, DER_TAG.SEQUENCE);
  const digest = digestName === undefined ? 'sha1' : DIGESTS.get(identifierOf(digestName));
  if (digest === undefined) throw unusable('its key is derived with a digest that is not known');
  return pbkdf2Sync(password, contentOf(salt, DER_TAG.OCTET_STRING), iterations, keyBytes, digest);
}

function unusable(what: string, cause?: unknown): SparkNetworkError {
  return new SparkNetworkError('SPARK_NETWORK_TLS_UNUSABLE', what, { cause });
}
