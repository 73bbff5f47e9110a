import { crc32, deflateRawSync } from 'node:zlib';

/** How a file is put into an archive. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly method?: number;
  readonly zip64?: boolean;
  /** What the directory claims, when it is to lie. */
  readonly claims?: {
    readonly uncompressedBytes?: number;
    readonly crc32?: number;
    readonly offset?: number;
  };
}

/** Makes a ZIP archive, a damaged one when asked to. */
export function writeZip(
  files: readonly ZipFile[],
  options: { comment?: string; zip64End?: boolean } = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const append = (part: Buffer): void => {
    parts.push(part);
    offset += part.length;
  };
  for (const file of files) {
    const method = file.method ?? 8;
    const name = Buffer.from(file.name);
    const data = method === 8 ? deflateRawSync(file.bytes) : Buffer.from(file.bytes);
    const localExtra = Buffer.from('fecaedfe', 'hex').subarray(0, 4);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(localExtra.length, 28);
    directory.push(directoryEntry(file, name, method, data.length, offset));
    append(Buffer.concat([local, name, localExtra, data]));
  }
  const start = offset;
  const entries = Buffer.concat(directory);
  append(entries);
  if (options.zip64End === true) {
    const end = Buffer.alloc(56);
    end.writeUInt32LE(0x06064b50, 0);
    end.writeBigUInt64LE(BigInt(entries.length), 40);
    end.writeBigUInt64LE(BigInt(start), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(BigInt(offset), 8);
    append(Buffer.concat([end, locator]));
  }
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(options.zip64End === true ? 0xffffffff : entries.length, 12);
  end.writeUInt32LE(options.zip64End === true ? 0xffffffff : start, 16);
  end.writeUInt16LE(comment.length, 20);
  append(Buffer.concat([end, comment]));
  return Buffer.concat(parts);
}

function directoryEntry(
  file: ZipFile,
  name: Buffer,
  method: number,
  compressed: number,
  offset: number,
): Buffer {
  const uncompressed = file.claims?.uncompressedBytes ?? file.bytes.length;
  const place = file.claims?.offset ?? offset;
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(method, 10);
  entry.writeUInt32LE(file.claims?.crc32 ?? crc32(file.bytes), 16);
  entry.writeUInt32LE(file.zip64 === true ? 0xffffffff : compressed, 20);
  entry.writeUInt32LE(file.zip64 === true ? 0xffffffff : uncompressed, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt32LE(file.zip64 === true ? 0xffffffff : place, 42);
  if (file.zip64 !== true) return Buffer.concat([entry, name]);
  const extra = Buffer.alloc(4 + 4 + 28);
  extra.writeUInt16LE(0xcafe, 0); // another extra field stands before it
  extra.writeUInt16LE(1, 4);
  extra.writeUInt16LE(24, 6);
  extra.writeBigUInt64LE(BigInt(uncompressed), 8);
  extra.writeBigUInt64LE(BigInt(compressed), 16);
  extra.writeBigUInt64LE(BigInt(place), 24);
  entry.writeUInt16LE(32, 30);
  return Buffer.concat([entry, name, extra.subarray(0, 32)]);
}
