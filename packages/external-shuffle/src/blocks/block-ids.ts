import { ShuffleError } from '../errors.ts';
import type { OpenBlockIds } from '../model.ts';

const MAX_INT = 0x7fff_ffff;

/**
 * The ids of an `OpenBlocks`. The first one's kind is that of all, and so is its shuffle, as `ExternalBlockHandler` has
 * it. Throws `SHUFFLE_BLOCK_ID_INVALID`, and `SHUFFLE_NOT_SUPPORTED` for merged blocks.
 */
export function parseBlockIds(ids: readonly string[]): OpenBlockIds {
  const first = ids[0];
  if (first === undefined) throw invalid('No block ids');
  const [prefix, ...rest] = first.split('_');
  if (prefix === 'shuffle' && rest.length === 3) return parseShuffleBlockIds(ids);
  if (prefix === 'rdd' && rest.length === 2) return parseRddBlockIds(ids);
  if (prefix === 'shuffleChunk' && rest.length === 4) {
    throw new ShuffleError('SHUFFLE_NOT_SUPPORTED', 'Cannot handle shuffle block merge');
  }
  throw invalid(`Unexpected block id format: ${shown(first)}`);
}

function parseShuffleBlockIds(ids: readonly string[]): OpenBlockIds {
  const mapAndReduceIds: number[] = [];
  let shuffleId: number | undefined;
  for (const id of ids) {
    const parts = id.split('_');
    const shuffle = parseNumber(parts[1], MAX_INT);
    // Task attempt ids are longs in Java; none has come near 2^53.
    const map = parseNumber(parts[2], Number.MAX_SAFE_INTEGER);
    const reduce = parseNumber(parts[3], MAX_INT);
    if (parts.length !== 4 || parts[0] !== 'shuffle' || shuffle < 0 || map < 0 || reduce < 0) {
      throw invalid(`Unexpected shuffle block id format: ${shown(id)}`);
    }
    shuffleId ??= shuffle;
    if (shuffle !== shuffleId) {
      throw invalid(`Expected shuffleId=${shuffleId}, got:${shown(id)}`);
    }
    mapAndReduceIds.push(map, reduce);
  }
  return { kind: 'shuffle', shuffleId: shuffleId ?? 0, mapAndReduceIds };
}

function parseRddBlockIds(ids: readonly string[]): OpenBlockIds {
  const rddAndSplitIds: number[] = [];
  for (const id of ids) {
    const parts = id.split('_');
    const rdd = parseNumber(parts[1], MAX_INT);
    const split = parseNumber(parts[2], MAX_INT);
    if (parts.length !== 3 || parts[0] !== 'rdd' || rdd < 0 || split < 0) {
      throw invalid(`Unexpected RDD block id format: ${shown(id)}`);
    }
    rddAndSplitIds.push(rdd, split);
  }
  return { kind: 'rdd', rddAndSplitIds };
}

/** -1 for what is no decimal number in its plain form, or a larger one. */
function parseNumber(text: string | undefined, most: number): number {
  if (text === undefined || !/^(?:0|[1-9]\d{0,15})$/.test(text)) return -1;
  const value = Number(text);
  return value <= most ? value : -1;
}

function invalid(message: string): ShuffleError {
  return new ShuffleError('SHUFFLE_BLOCK_ID_INVALID', message);
}

/** An id may be as long as a frame. */
function shown(id: string): string {
  return id.length > 200 ? `${id.slice(0, 200)}…` : id;
}
