import { SparkNetworkError } from '../errors.ts';

/** One value of DER: its tag, and what is in it. */
export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Tags of ASN.1 as a key store has them. */
export const DER_TAG = {
  INTEGER: 0x02,
  OCTET_STRING: 0x04,
  OBJECT_IDENTIFIER: 0x06,
  SEQUENCE: 0x30,
  /** `[0]` around a value. */
  EXPLICIT_0: 0xa0,
  /** `[0]` in place of an OCTET STRING. */
  IMPLICIT_0: 0x80,
} as const;

/** Reads values that follow each other, after X.690; lengths are checked against what is there. */
export function readDer(bytes: Uint8Array): DerValue[] {
  const values: DerValue[] = [];
  for (let offset = 0; offset < bytes.byteLength; ) {
    const tag = bytes[offset] ?? 0;
    const { length, start } = readLength(bytes, offset + 1);
    if (length > bytes.byteLength - start) throw malformed();
    values.push({ tag, content: bytes.subarray(start, start + length) });
    offset = start + length;
  }
  return values;
}

/** The values in a value that must have this tag. */
export function partsOf(value: DerValue | undefined, tag: number): DerValue[] {
  return readDer(contentOf(value, tag));
}

/** The content of a value that must have this tag. */
export function contentOf(value: DerValue | undefined, tag: number): Uint8Array {
  if (value?.tag !== tag) throw malformed();
  return value.content;
}

/** An object identifier as its bytes in hexadecimal, which is what it is compared by. */
export function identifierOf(value: DerValue | undefined): string {
  return Buffer.from(contentOf(value, DER_TAG.OBJECT_IDENTIFIER)).toString('hex');
}

/** An integer that is neither negative nor large. */
export function integerOf(value: DerValue | undefined): number {
  const content = contentOf(value, DER_TAG.INTEGER);
  if (content.byteLength === 0 || content.byteLength > 4) throw malformed();
  return Buffer.from(content).readIntBE(0, content.byteLength);
}

function readLength(bytes: Uint8Array, offset: number): { length: number; start: number } {
  const first = bytes[offset];
  if (first === undefined) throw malformed();
  if (first < 0x80) return { length: first, start: offset + 1 };
  const count = first & 0x7f;
  const start = offset + 1 + count;
  if (count === 0 || count > 4 || start > bytes.byteLength) throw malformed();
  return { length: Buffer.from(bytes.subarray(offset + 1, start)).readUIntBE(0, count), start };
}

function malformed(): SparkNetworkError {
  return new SparkNetworkError('SPARK_NETWORK_TLS_UNUSABLE', 'it is cut off, or made otherwise');
}
