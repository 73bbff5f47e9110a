import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { equalBytes } from '../authentication/failure.ts';
import { SparkNetworkError } from '../errors.ts';
import { contentOf, DER_TAG, partsOf, readDer } from './der.ts';

// store   => 0xFEEDFEED version:int32(2) count:int32 entry* seal(20)
// entry   => 1 alias:utf date:int64 keyLength:int32 key count:int32 certificate*   (a key and its certificates)
//          | 2 alias:utf date:int64 certificate                                     (one that is trusted)
// certificate => type:utf length:int32 bytes
// key     => SEQUENCE { algorithm, OCTET STRING { salt(20) ciphertext check(20) } }
// seal    => SHA-1(password "Mighty Aphrodite" all that comes before)
// The password is in UTF-16. Source: the JDK's own store of the kind JKS, whose format is nowhere described.

/** What begins a store of this kind. */
export const JKS_START = 0xfeedfeed;

const VERSION = 2;
const SEAL_BYTES = 20;
const SALT_BYTES = 20;
const KEY_ENTRY = 1;
const TRUSTED_ENTRY = 2;
const WHITENER = 'Mighty Aphrodite';

/** What a store holds, in PEM. */
export interface JavaKeyStore {
  /** The first key, if there is one, and its certificates. */
  readonly identity: { readonly key: string; readonly certificates: readonly string[] } | undefined;
  /** All certificates. */
  readonly certificates: readonly string[];
}

/**
 * Reads a key store in Java's old format; throws where it is not whole, or the password is another. As in Java, its
 * seal is not looked at where no password is given.
 */
export function readJavaKeyStore(
  bytes: Buffer,
  password: string | undefined,
  keyPassword = password,
): JavaKeyStore {
  const end = bytes.byteLength - SEAL_BYTES;
  if (end < 12) throw unusable('it is cut off');
  if (password !== undefined) {
    const seal = sha1(passwordBytes(password), Buffer.from(WHITENER), bytes.subarray(0, end));
    if (!equalBytes(seal, bytes.subarray(end))) throw unusable('the password is wrong, or it was changed');
  }
  const reader = new StoreReader(bytes.subarray(0, end));
  reader.uint32();
  if (reader.uint32() !== VERSION) throw unusable('it is of a version before Java 1.2');
  const count = reader.uint32();
  const certificates: string[] = [];
  let identity: JavaKeyStore['identity'];
  for (let index = 0; index < count; index += 1) {
    const kind = reader.uint32();
    reader.skipNameAndDate();
    if (kind === KEY_ENTRY) {
      const sealed = reader.block();
      const own = reader.certificates(reader.uint32());
      certificates.push(...own);
      identity ??= { key: openKey(sealed, keyPassword ?? ''), certificates: own };
    } else if (kind === TRUSTED_ENTRY) certificates.push(...reader.certificates(1));
    else throw unusable('it holds something that is neither key nor certificate');
  }
  return { identity, certificates };
}

/** The JDK's own way of encrypting a key: an exclusive or with a chain of SHA-1. */
function openKey(sealed: Uint8Array, password: string): string {
  const [, octets] = partsOf(readDer(sealed)[0], DER_TAG.SEQUENCE);
  const content = contentOf(octets, DER_TAG.OCTET_STRING);
  const end = content.byteLength - SEAL_BYTES;
  if (end < SALT_BYTES) throw unusable('its key is cut off');
  const secret = passwordBytes(password);
  const key = Buffer.from(content.subarray(SALT_BYTES, end));
  let mask: Uint8Array = content.subarray(0, SALT_BYTES);
  for (let offset = 0; offset < key.byteLength; offset += SEAL_BYTES) {
    mask = sha1(secret, mask);
    for (let at = 0; at < SEAL_BYTES && offset + at < key.byteLength; at += 1) {
      key[offset + at] = (key[offset + at] ?? 0) ^ (mask[at] ?? 0);
    }
  }
  if (!equalBytes(sha1(secret, key), content.subarray(end)))
    throw unusable('the password of its key is wrong');
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}

function passwordBytes(password: string): Buffer {
  return Buffer.from(password, 'utf16le').swap16();
}

function sha1(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

class StoreReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  skipNameAndDate(): void {
    this.#skipText();
    this.#advance(8);
  }

  block(): Uint8Array {
    const length = this.uint32();
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  certificates(count: number): string[] {
    const found: string[] = [];
    for (let index = 0; index < count; index += 1) {
      this.#skipText();
      found.push(new X509Certificate(this.block()).toString());
    }
    return found;
  }

  #skipText(): void {
    this.#advance(this.#bytes.readUInt16BE(this.#advance(2)));
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (length > this.#bytes.byteLength - start) throw unusable('it is cut off');
    this.#offset = start + length;
    return start;
  }
}

function unusable(what: string): SparkNetworkError {
  return new SparkNetworkError('SPARK_NETWORK_TLS_UNUSABLE', what);
}
