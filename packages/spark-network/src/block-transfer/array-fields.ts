import type { WireReader } from '../wire-reader.ts';

// Shared, so that a frame full of empty arrays takes no more memory than its bytes.
const NONE: readonly never[] = Object.freeze([]);

/** The count of entries as an int32, then the entries, each of `entryBytes` at least. */
export function readArray<Entry>(
  reader: WireReader,
  entryBytes: number,
  read: (reader: WireReader) => Entry,
): readonly Entry[] {
  const count = reader.readCount(entryBytes);
  if (count === 0) return NONE;
  const entries: Entry[] = [];
  for (let index = 0; index < count; index += 1) entries.push(read(reader));
  return entries;
}

/** As Spark's `Encoders.StringArrays` writes it. */
export function readTexts(reader: WireReader): readonly string[] {
  return readArray(reader, 4, (from) => from.readText());
}

/** As Spark's `Encoders.IntArrays` writes it. */
export function readInt32s(reader: WireReader): readonly number[] {
  return readArray(reader, 4, (from) => from.readInt32());
}

/** As Spark's `Encoders.LongArrays` writes it. */
export function readInt64s(reader: WireReader): readonly bigint[] {
  return readArray(reader, 8, (from) => from.readInt64());
}
