import { type FileHandle, open } from 'node:fs/promises';
import { crc32, inflateRawSync } from 'node:zlib';
import { JavaSerializationError } from './errors.ts';
import {
  DIRECTORY_TAIL_BYTES,
  type DirectoryPlace,
  findDirectory,
  LOCAL_HEADER_BYTES,
  localHeaderLength,
  parseDirectory,
  parseZip64End,
  ZIP64_END_BYTES,
  type ZipEntry,
} from './zip-directory.ts';

const CLASS_SUFFIX = '.class';
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;
/** The format allows no class near this size: a method has 64 KiB at most, a constant pool 65,535 entries. */
const MAX_CLASS_BYTES = 64 * 1024 * 1024;
/** Directories are searched in pieces of this size; the last bytes of a file are not longer than one. */
const PIECE_BYTES = 256 * 1024;
const STORED = 0;
const DEFLATED = 8;

/** One jar. It is open only while something is read from it. */
export class JarFile {
  readonly path: string;
  #entries: Promise<ReadonlyMap<string, ZipEntry>> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Whether the jar holds the class. Its central directory is taken apart only where the name stands in it: a
   * class that is in no jar is looked for in all of them, and the entries of Spark's jars fill some 60 MiB.
   */
  async has(className: string): Promise<boolean> {
    const name = entryName(className);
    if (this.#entries === undefined && !(await this.#withFile((file) => standsIn(file, name)))) return false;
    return (await this.#directory()).has(name);
  }

  /** The names of all classes in the jar. */
  async names(): Promise<readonly string[]> {
    const entries = [...(await this.#directory()).keys()];
    return entries.map((entry) => entry.slice(0, -CLASS_SUFFIX.length).replaceAll('/', '.'));
  }

  /** Reads the class files of these names; those that the jar does not hold are left out. */
  async read(classNames: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const entries = await this.#directory();
    return this.#withFile(async (file) => {
      const found = new Map<string, Uint8Array>();
      for (const className of classNames) {
        const entry = entries.get(entryName(className));
        if (entry !== undefined) found.set(className, await readEntry(file, entry, className));
      }
      return found;
    });
  }

  #directory(): Promise<ReadonlyMap<string, ZipEntry>> {
    this.#entries ??= this.#withFile(async (file) => parseDirectory(await readDirectory(file), CLASS_SUFFIX));
    return this.#entries;
  }

  async #withFile<T>(use: (file: FileHandle) => Promise<T>): Promise<T> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.path, 'r');
      return await use(file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new JavaSerializationError('JAVA_CLASS_PATH_UNREADABLE', `cannot read ${this.path}: ${reason}`, {
        cause: error,
      });
    } finally {
      await file?.close();
    }
  }
}

function entryName(className: string): string {
  return className.replaceAll('.', '/') + CLASS_SUFFIX;
}

/** The bytes of the central directory. */
async function readDirectory(file: FileHandle): Promise<Buffer> {
  const { offset, byteLength } = await placeOfDirectory(file, Buffer.allocUnsafeSlow(DIRECTORY_TAIL_BYTES));
  return readExactly(file, offset, Buffer.allocUnsafeSlow(byteLength));
}

/** Free for whoever searches next: hundreds of jars are searched in a row, and each must not leave a buffer behind. */
let idlePiece: Buffer | undefined;

/** Whether a name stands anywhere in the central directory. */
async function standsIn(file: FileHandle, name: string): Promise<boolean> {
  const piece = idlePiece ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
  idlePiece = undefined;
  try {
    const { offset, byteLength } = await placeOfDirectory(file, piece);
    const end = offset + byteLength;
    // Each piece begins with as much of the one before as a name may need to be whole.
    for (let at = offset; at < end; at += PIECE_BYTES - Buffer.byteLength(name)) {
      const bytes = Math.min(PIECE_BYTES, end - at);
      if ((await readExactly(file, at, piece.subarray(0, bytes))).includes(name)) return true;
    }
    return false;
  } finally {
    idlePiece = piece;
  }
}

/** @param space for the last bytes of the file */
async function placeOfDirectory(file: FileHandle, space: Buffer): Promise<DirectoryPlace> {
  const { size } = await file.stat();
  const tailBytes = Math.min(size, DIRECTORY_TAIL_BYTES);
  const found = findDirectory(await readExactly(file, size - tailBytes, space.subarray(0, tailBytes)));
  const place =
    typeof found === 'number'
      ? parseZip64End(await readExactly(file, found, space.subarray(0, ZIP64_END_BYTES)))
      : found;
  if (place.byteLength > MAX_DIRECTORY_BYTES || place.offset + place.byteLength > size) {
    throw unreadable(`its central directory of ${place.byteLength} bytes cannot be`);
  }
  return place;
}

async function readEntry(file: FileHandle, entry: ZipEntry, className: string): Promise<Uint8Array> {
  if (entry.uncompressedBytes > MAX_CLASS_BYTES || entry.compressedBytes > MAX_CLASS_BYTES) {
    throw unreadable(`${className} has ${entry.uncompressedBytes} bytes; ${MAX_CLASS_BYTES} at most`);
  }
  const space = Buffer.allocUnsafeSlow(LOCAL_HEADER_BYTES);
  const header = await readExactly(file, entry.localHeaderOffset, space);
  const dataOffset = entry.localHeaderOffset + localHeaderLength(header);
  const data = await readExactly(file, dataOffset, Buffer.allocUnsafeSlow(entry.compressedBytes));
  const bytes = decompress(data, entry, className);
  if (bytes.length !== entry.uncompressedBytes || crc32(bytes) !== entry.crc32) {
    throw unreadable(`${className} is damaged: length or checksum differ`);
  }
  return bytes;
}

function decompress(data: Buffer, entry: ZipEntry, className: string): Uint8Array {
  if (entry.method === STORED) return data;
  if (entry.method !== DEFLATED)
    throw unreadable(`${className} is packed with the unknown method ${entry.method}`);
  return inflateRawSync(data, { maxOutputLength: Math.max(entry.uncompressedBytes, 1) });
}

/** Fills all of the space from this position on. */
async function readExactly(file: FileHandle, position: number, space: Buffer): Promise<Buffer> {
  const { bytesRead } = await file.read(space, 0, space.byteLength, position);
  if (bytesRead !== space.byteLength) throw unreadable(`it ends before byte ${position + space.byteLength}`);
  return space;
}

function unreadable(what: string): JavaSerializationError {
  return new JavaSerializationError('JAVA_CLASS_PATH_UNREADABLE', what);
}
