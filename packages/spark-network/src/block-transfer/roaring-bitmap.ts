import { SparkNetworkError } from '../errors.ts';
import type { WireReader } from '../wire-reader.ts';

const COOKIE_WITHOUT_RUNS = 12_346;
const COOKIE_WITH_RUNS = 12_347;
const MAX_CONTAINERS = 65_536;
/** Below that many containers, a bitmap with runs has no table of offsets. */
const FEW_CONTAINERS = 4;
/** A container with more values than that is a bit set of fixed size. */
const MAX_ARRAY_VALUES = 4096;
const BIT_SET_BYTES = 8192;

/**
 * Takes one RoaringBitmap, unread: nothing in front of it says how long it is.
 *
 *     little endian: cookie, number of containers, which of them are runs, (key, cardinality - 1)*, offset*, container*
 *
 * Source: the RoaringBitmap format specification, "portable" serialization.
 */
export function readRoaringBitmap(reader: WireReader): Uint8Array {
  return reader.readView(roaringBitmapBytes(reader.peekRest()));
}

function roaringBitmapBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cookie = uint32(view, 0);
  const withRuns = (cookie & 0xffff) === COOKIE_WITH_RUNS;
  if (!withRuns && cookie !== COOKIE_WITHOUT_RUNS) throw damaged(`the cookie ${cookie}`);
  const containers = withRuns ? (cookie >>> 16) + 1 : uint32(view, 4);
  if (containers > MAX_CONTAINERS) throw damaged(`${containers} containers`);
  const runFlags = withRuns ? 4 : 8;
  const descriptions = withRuns ? runFlags + Math.ceil(containers / 8) : runFlags;
  const hasOffsets = !withRuns || containers >= FEW_CONTAINERS;
  let length = descriptions + containers * (hasOffsets ? 8 : 4);
  for (let index = 0; index < containers; index += 1) {
    const isRun = withRuns && ((bytes[runFlags + (index >> 3)] ?? 0) & (1 << (index & 7))) !== 0;
    const values = uint16(view, descriptions + index * 4 + 2) + 1;
    if (isRun) length += 2 + 4 * uint16(view, length);
    else length += values > MAX_ARRAY_VALUES ? BIT_SET_BYTES : 2 * values;
  }
  return length;
}

function uint32(view: DataView, offset: number): number {
  if (offset + 4 > view.byteLength) throw damaged(`an end after ${view.byteLength} bytes`);
  return view.getUint32(offset, true);
}

function uint16(view: DataView, offset: number): number {
  if (offset + 2 > view.byteLength) throw damaged(`an end after ${view.byteLength} bytes`);
  return view.getUint16(offset, true);
}

function damaged(what: string): SparkNetworkError {
  return new SparkNetworkError('SPARK_NETWORK_MESSAGE_INVALID', `a bitmap has ${what}`);
}
