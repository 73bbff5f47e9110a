import { ShuffleError } from '../errors.ts';
import type {
  BlockResolver,
  BlockSegment,
  MapOutput,
  OpenBlockIds,
  RegisteredExecutor,
  ShuffleRegistry,
} from '../model.ts';

/** Says where the blocks of a request lie, one after the other; each call is for the next one, also after it has thrown. */
export interface BlockList {
  readonly count: number;
  /** `turn` is another number whenever something else may have happened since the last call. */
  next(turn: number): BlockSegment;
}

/** Where blocks are looked up. */
export interface BlockSource {
  readonly registry: Pick<ShuffleRegistry, 'executor' | 'used'>;
  readonly resolver: Pick<BlockResolver, 'mapOutput' | 'rddBlock'>;
}

/** Whose blocks they are. */
export interface BlockOwner {
  readonly appId: string;
  readonly executorId: string;
}

/** The blocks of one map output after the other, by rising numbers of blocks as a rule. */
class MapOutputs {
  readonly #source: BlockSource;
  readonly #owner: BlockOwner;
  readonly #shuffleId: number;
  #turn = -1;
  #mapId: number | bigint = -1;
  #output: MapOutput | undefined;

  constructor(source: BlockSource, owner: BlockOwner, shuffleId: number) {
    this.#source = source;
    this.#owner = owner;
    this.#shuffleId = shuffleId;
  }

  /** The executor and its map output are asked for once in a turn, since blocks of one output come in a row. */
  segment(turn: number, mapId: number | bigint, start: number, end: number): BlockSegment {
    let output = this.#output;
    if (output === undefined || turn !== this.#turn || mapId !== this.#mapId) {
      this.#output = undefined;
      const executor = executorOf(this.#source, this.#owner);
      output = this.#source.resolver.mapOutput(executor, this.#shuffleId, mapId);
      this.#output = output;
      this.#turn = turn;
      this.#mapId = mapId;
    }
    const { offsets, file } = output;
    const offset = offsets[start];
    const endOffset = offsets[end];
    if (offset === undefined || endOffset === undefined || end < start) {
      throw new ShuffleError(
        'SHUFFLE_REDUCER_OUT_OF_RANGE',
        `blocks ${start} to ${end} of ${file.path}, which has ${output.reducers}`,
      );
    }
    return { file, offset, length: endOffset - offset };
  }
}

/** What a `FetchShuffleBlocks` asks for. */
export interface ShuffleBlockRequest extends BlockOwner {
  readonly shuffleId: number;
  readonly mapIds: readonly bigint[];
  readonly reduceIds: readonly (readonly number[])[];
  readonly batchFetchEnabled: boolean;
}

/** Refuses what does not fit together, as `FetchShuffleBlocks` itself does in Java. */
export function shuffleBlockList(source: BlockSource, request: ShuffleBlockRequest): BlockList {
  const { mapIds, reduceIds, batchFetchEnabled } = request;
  if (mapIds.length !== reduceIds.length) throw invalid('map ids and reduce ids differ in number');
  if (batchFetchEnabled && reduceIds.some((ids) => ids.length !== 2)) {
    throw invalid('a batch is from one reduce id to another');
  }
  const outputs = new MapOutputs(source, request, request.shuffleId);
  const ids = mapIds.map(plainId);
  if (batchFetchEnabled) return batchList(outputs, ids, reduceIds);
  let map = 0;
  let at = 0;
  return {
    count: reduceIds.reduce((sum, { length }) => sum + length, 0),
    next(turn) {
      while (at >= (reduceIds[map]?.length ?? 1)) {
        map++;
        at = 0;
      }
      const reduceId = reduceIds[map]?.[at++] ?? -1;
      return outputs.segment(turn, ids[map] ?? -1, reduceId, reduceId + 1);
    },
  };
}

function batchList(
  outputs: MapOutputs,
  mapIds: readonly (number | bigint)[],
  ranges: readonly (readonly number[])[],
): BlockList {
  let map = 0;
  return {
    count: mapIds.length,
    next(turn) {
      const [start = -1, end = -1] = ranges[map] ?? [];
      return outputs.segment(turn, mapIds[map++] ?? -1, start, end);
    },
  };
}

/** The blocks of an `OpenBlocks`. */
export function openBlockList(source: BlockSource, owner: BlockOwner, blocks: OpenBlockIds): BlockList {
  let at = 0;
  if (blocks.kind === 'shuffle') {
    const outputs = new MapOutputs(source, owner, blocks.shuffleId);
    const ids = blocks.mapAndReduceIds;
    return {
      count: ids.length / 2,
      next(turn) {
        const mapId = ids[at++] ?? -1;
        const reduceId = ids[at++] ?? -1;
        return outputs.segment(turn, mapId, reduceId, reduceId + 1);
      },
    };
  }
  const ids = blocks.rddAndSplitIds;
  return {
    count: ids.length / 2,
    next() {
      const rddId = ids[at++] ?? -1;
      const splitIndex = ids[at++] ?? -1;
      return source.resolver.rddBlock(executorOf(source, owner), rddId, splitIndex);
    },
  };
}

/** Blocks that there are none of: each one fails with the same error. */
export function failingList(count: number, error: ShuffleError): BlockList {
  return {
    count,
    next() {
      throw error;
    },
  };
}

function executorOf({ registry }: BlockSource, { appId, executorId }: BlockOwner): RegisteredExecutor {
  const executor = registry.executor(appId, executorId);
  registry.used(appId);
  return executor;
}

/** A number where it is exact, which is cheaper in every respect. */
function plainId(id: bigint): number | bigint {
  const plain = Number(id);
  return Number.isSafeInteger(plain) ? plain : id;
}

function invalid(message: string): ShuffleError {
  return new ShuffleError('SHUFFLE_ID_INVALID', message);
}
