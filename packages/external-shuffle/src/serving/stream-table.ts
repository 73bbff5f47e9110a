import { randomInt } from 'node:crypto';
import { ShuffleError } from '../errors.ts';
import type { BlockSegment } from '../model.ts';
import type { BlockList } from './block-stream.ts';

/** Gives the streams of a process their ids: as in Spark, they rise from a place that nobody can guess. */
export class StreamIds {
  #next: number;

  constructor(first: number = randomInt(2 ** 31) * 1000) {
    this.#next = first;
  }

  next(): number {
    return this.#next++;
  }
}

interface Stream {
  readonly id: number;
  readonly list: BlockList;
  next: number;
}

/** What one client may have open at a time. */
export interface StreamLimits {
  readonly maxOpenStreams: number;
  /** Of all of its streams together. */
  readonly maxOpenChunks: number;
}

/** Figures that all clients share. */
export interface StreamTally {
  openStreams: number;
}

/**
 * The streams of one connection. Nobody else can name them, so that a client reads what it was allowed to open and
 * nothing else. A stream ends with its last chunk, or with its connection.
 */
export class StreamTable {
  readonly #ids: StreamIds;
  readonly #limits: StreamLimits;
  readonly #tally: StreamTally;
  readonly #streams = new Map<number, Stream>();
  #last: Stream | undefined;
  #openChunks = 0;

  constructor(ids: StreamIds, limits: StreamLimits, tally: StreamTally) {
    this.#ids = ids;
    this.#limits = limits;
    this.#tally = tally;
  }

  open(list: BlockList): number {
    const { maxOpenStreams, maxOpenChunks } = this.#limits;
    if (this.#streams.size >= maxOpenStreams || this.#openChunks + list.count > maxOpenChunks) {
      throw new ShuffleError(
        'SHUFFLE_STREAM_REFUSED',
        `A connection may have ${maxOpenStreams} streams open, with ${maxOpenChunks} chunks.`,
      );
    }
    const id = this.#ids.next();
    this.#streams.set(id, { id, list, next: 0 });
    this.#openChunks += list.count;
    this.#tally.openStreams++;
    return id;
  }

  /** Throws what the client is to be told. A chunk that fails is over and done with, too. */
  chunk(streamId: number | bigint, chunkIndex: number, turn: number): BlockSegment {
    const stream = this.#last?.id === streamId ? this.#last : this.#streams.get(Number(streamId));
    if (stream === undefined) {
      throw refused(`Requested chunk not available since streamId ${streamId} is closed`);
    }
    this.#last = stream;
    if (chunkIndex !== stream.next) {
      throw refused(`Received out-of-order chunk index ${chunkIndex} (expected ${stream.next})`);
    }
    if (chunkIndex >= stream.list.count) {
      throw refused(`Requested chunk index beyond end ${chunkIndex}`);
    }
    stream.next++;
    this.#openChunks--;
    if (stream.next === stream.list.count) this.#end(stream);
    return stream.list.next(turn);
  }

  /** The connection is gone. */
  close(): void {
    this.#tally.openStreams -= this.#streams.size;
    this.#streams.clear();
    this.#last = undefined;
    this.#openChunks = 0;
  }

  #end(stream: Stream): void {
    this.#streams.delete(stream.id);
    this.#tally.openStreams--;
    this.#last = undefined;
  }
}

function refused(message: string): ShuffleError {
  return new ShuffleError('SHUFFLE_STREAM_REFUSED', message);
}
