import { JavaSerializationError } from './errors.ts';

// APPNOTE.TXT of the ZIP format: 4.3.12 central directory, 4.3.14-16 its end, 4.5.3 ZIP64. A whole central
// directory is parsed from one buffer: Spark's jars have some 150,000 entries, and to read each from the file
// by itself, as ZIP libraries do, costs more than all else that is done here.

/** The end record with the longest comment, and a ZIP64 locator before it. */
export const DIRECTORY_TAIL_BYTES = 22 + 0xffff + 20;
/** Size of the ZIP64 end record as far as it is of interest. */
export const ZIP64_END_BYTES = 56;
/** Size of what stands before an entry's name and data. */
export const LOCAL_HEADER_BYTES = 30;

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const IN_ZIP64 = 0xffffffff;

/** Where the central directory is. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly byteLength: number;
}

/** What the central directory says of one file. */
export interface ZipEntry {
  readonly localHeaderOffset: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc32: number;
}

/** Looks for the directory's place in the file's last bytes; a number is where the ZIP64 end record has it. */
export function findDirectory(tail: Buffer): DirectoryPlace | number {
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    if (at + END_BYTES + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const locator = at - ZIP64_LOCATOR_BYTES;
    if (locator >= 0 && tail.readUInt32LE(locator) === ZIP64_LOCATOR_SIGNATURE) {
      return wholeNumber(tail.readBigUInt64LE(locator + 8));
    }
    return { offset: tail.readUInt32LE(at + 16), byteLength: tail.readUInt32LE(at + 12) };
  }
  throw malformed('there is no end of a central directory, so this is no jar');
}

/** Reads the ZIP64 end record that {@link findDirectory} pointed at. */
export function parseZip64End(record: Buffer): DirectoryPlace {
  if (record.length < ZIP64_END_BYTES || record.readUInt32LE(0) !== ZIP64_END_SIGNATURE) {
    throw malformed('the ZIP64 end record is not where it should be');
  }
  return {
    byteLength: wholeNumber(record.readBigUInt64LE(40)),
    offset: wholeNumber(record.readBigUInt64LE(48)),
  };
}

/** Reads the entries whose names end with `suffix`, by name. */
export function parseDirectory(directory: Buffer, suffix: string): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  while (at + ENTRY_BYTES <= directory.length && directory.readUInt32LE(at) === ENTRY_SIGNATURE) {
    const nameEnd = at + ENTRY_BYTES + directory.readUInt16LE(at + 28);
    const next = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw malformed('the central directory ends in the middle of an entry');
    const name = directory.toString('utf8', at + ENTRY_BYTES, nameEnd);
    if (name.endsWith(suffix)) entries.set(name, parseEntry(directory, at));
    at = next;
  }
  if (at !== directory.length) throw malformed(`the central directory is broken at byte ${at}`);
  return entries;
}

function parseEntry(directory: Buffer, at: number): ZipEntry {
  const compressedBytes = directory.readUInt32LE(at + 20);
  const uncompressedBytes = directory.readUInt32LE(at + 24);
  const localHeaderOffset = directory.readUInt32LE(at + 42);
  const crc32 = directory.readUInt32LE(at + 16);
  const method = directory.readUInt16LE(at + 10);
  if (compressedBytes !== IN_ZIP64 && uncompressedBytes !== IN_ZIP64 && localHeaderOffset !== IN_ZIP64) {
    return { localHeaderOffset, compressedBytes, uncompressedBytes, method, crc32 };
  }
  const extraStart = at + ENTRY_BYTES + directory.readUInt16LE(at + 28);
  const extra = directory.subarray(extraStart, extraStart + directory.readUInt16LE(at + 30));
  const wide = zip64Numbers(extra);
  const widened = (value: number): number => (value === IN_ZIP64 ? wide() : value);
  return {
    // The extra field holds only those that did not fit, in this order.
    uncompressedBytes: widened(uncompressedBytes),
    compressedBytes: widened(compressedBytes),
    localHeaderOffset: widened(localHeaderOffset),
    method,
    crc32,
  };
}

function zip64Numbers(extra: Buffer): () => number {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  at += 4;
  return () => {
    if (at + 8 > extra.length) throw malformed('a ZIP64 entry lacks its sizes');
    at += 8;
    return wholeNumber(extra.readBigUInt64LE(at - 8));
  };
}

/** How many bytes there are between the start of a local header and the entry's data. */
export function localHeaderLength(header: Buffer): number {
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    throw malformed('an entry is not where the central directory says');
  }
  return LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function wholeNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(`an offset of ${value}`);
  return Number(value);
}

function malformed(what: string): JavaSerializationError {
  return new JavaSerializationError('JAVA_CLASS_PATH_UNREADABLE', what);
}
