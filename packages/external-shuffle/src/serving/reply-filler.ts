import {
  CHUNK_FETCH_SUCCESS_HEAD_BYTES,
  encodeFrameParts,
  type Frame,
  type TransportCipher,
  writeChunkFetchSuccessHead,
} from '@spark-mesos/spark-network';
import { ShuffleError } from '../errors.ts';
import type { BlockSegment } from '../model.ts';
import { type Action, type ClientSession, chunkFailure } from './client-session.ts';
import type { ServingTally } from './counters.ts';
import type { Filled } from './filled.ts';
import { type OpenFile, type OpenFiles, readFully } from './open-files.ts';
import type { RequestHandler } from './request-handler.ts';

type ChunkAction = Extract<Action, { readonly kind: 'chunk' }>;
type BlockAction = Extract<Action, { readonly kind: 'chunk' | 'stream' }>;

/** What a {@link ReplyFiller} is made of. */
export interface ReplyFillerOptions {
  readonly session: ClientSession;
  readonly files: OpenFiles;
  readonly handler: RequestHandler;
  readonly tally: ServingTally;
  readonly maxChunksInTransfer: number;
}

/** A body of which a part has gone out: its file stays open. */
interface Unfinished {
  readonly open: OpenFile;
  readonly segment: BlockSegment;
  done: number;
}

const HEAD = CHUNK_FETCH_SUCCESS_HEAD_BYTES;
/** Blocks up to this size are read together and moved apart; above, a read of its own costs less than the copy. */
const MAX_JOINED_BYTES = 32 * 1024;
/** Less room is left empty rather than begun with a block that does not fit. */
const LEAST_PART_BYTES = 32 * 1024;
/** A longer frame cannot be read by Java; the client has to ask for it as a stream. */
const MAX_CHUNK_BYTES = 2 ** 31 - 1 - HEAD;
const NOTHING: readonly Uint8Array[] = [];

/**
 * Puts answers behind one another into a buffer that is sent with one write: heads, and blocks as they are read.
 * Small blocks that lie behind one another in their file are read at once.
 */
export class ReplyFiller {
  readonly #options: ReplyFillerOptions;
  /** Taken from the session, and not begun. */
  #held: Action[] = [];
  /** So many of them could not be read together. */
  #singly = 0;
  #unfinished: Unfinished | undefined;
  #turn = 0;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #chunks = 0;
  #more: readonly Uint8Array[] = NOTHING;
  #cipher: TransportCipher | undefined;
  #close: string | undefined;
  #overloaded = false;

  constructor(options: ReplyFillerOptions) {
    this.#options = options;
  }

  /** Fills the buffer as far as there is anything to say. */
  fill(buffer: Buffer): Filled {
    this.#turn++;
    this.#buffer = buffer;
    this.#at = 0;
    // One of which a part has gone out is still on its way.
    this.#chunks = this.#unfinished === undefined ? 0 : 1;
    this.#more = NOTHING;
    this.#cipher = undefined;
    this.#close = undefined;
    if (this.#goOn()) while (this.#step());
    return {
      bytes: this.#at,
      more: this.#more,
      chunks: this.#chunks,
      cipher: this.#cipher,
      close: this.#close,
      overloaded: this.#overloaded,
    };
  }

  /** The connection is gone. */
  close(): void {
    if (this.#unfinished !== undefined) this.#options.files.release(this.#unfinished.open);
    this.#unfinished = undefined;
    this.#held = [];
  }

  get #room(): number {
    return this.#buffer.byteLength - this.#at;
  }

  /** Does the next thing; false when the buffer is full, or there is no next thing. */
  #step(): boolean {
    const action = this.#held.shift() ?? this.#options.session.next(this.#turn);
    if (action === undefined) return false;
    switch (action.kind) {
      case 'frame':
        return this.#putFrame(action.frame);
      case 'chunk':
      case 'stream':
        return this.#putBlock(action);
      case 'secure':
        this.#putFrame(action.frame);
        this.#cipher = action.cipher;
        return false;
      case 'close':
        if (action.frame !== undefined) this.#putFrame(action.frame);
        this.#close = action.reason;
        return false;
    }
  }

  #putFrame(frame: Frame): boolean {
    const parts = encodeFrameParts(frame);
    const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (bytes > this.#room) {
      this.#more = [...this.#more, ...parts];
      return false;
    }
    for (const part of parts) {
      this.#buffer.set(part, this.#at);
      this.#at += part.byteLength;
    }
    return true;
  }

  #putBlock(action: BlockAction): boolean {
    const { tally, maxChunksInTransfer } = this.#options;
    if (tally.chunksInTransfer + this.#chunks >= maxChunksInTransfer) {
      // Its own chunks may be all there are; then it only has to wait for them.
      if (this.#chunks > 0) this.#held.unshift(action);
      else this.#overloaded = true;
      return false;
    }
    const { length } = action.segment;
    if (action.kind === 'chunk' && length > MAX_CHUNK_BYTES) {
      const tooLong = new ShuffleError(
        'SHUFFLE_NOT_SUPPORTED',
        `a block of ${length} bytes is too long for a chunk: set spark.network.maxRemoteBlockSizeFetchToMem`,
      );
      return this.#fail(action, tooLong);
    }
    const fits = length + HEAD <= this.#room;
    if (action.kind === 'chunk' && fits) return this.#putRun(action);
    const fitsEmpty = length + HEAD <= this.#buffer.byteLength;
    if (this.#at > 0 && (fitsEmpty || this.#room < LEAST_PART_BYTES)) {
      this.#held.unshift(action);
      return false;
    }
    return this.#begin(action);
  }

  /** This chunk, and those behind it for as long as they are its neighbours in the file, too. */
  #putRun(first: ChunkAction): boolean {
    const { length } = first.segment;
    if (this.#singly > 0) {
      this.#singly--;
      return this.#putWhole(first);
    }
    if (length === 0 || length > MAX_JOINED_BYTES) return this.#putWhole(first);
    const run = [first];
    const { file } = first.segment;
    let end = first.segment.offset + length;
    let room = this.#room - HEAD - length;
    for (;;) {
      const next = this.#options.session.next(this.#turn);
      if (next === undefined) break;
      const joins =
        next.kind === 'chunk' &&
        next.segment.file === file &&
        next.segment.offset === end &&
        next.segment.length <= MAX_JOINED_BYTES &&
        next.segment.length + HEAD <= room;
      if (!joins) {
        this.#held.push(next);
        break;
      }
      run.push(next);
      end += next.segment.length;
      room -= next.segment.length + HEAD;
    }
    if (run.length === 1) return this.#putWhole(first);
    if (this.#putTogether(run, end - first.segment.offset)) return true;
    // One of them may be readable all the same: each is tried by itself, and fails by itself.
    this.#held.unshift(...run);
    this.#singly = run.length;
    return true;
  }

  /** Reads all bodies behind the place of all heads, and moves each one in front of the next one's head. */
  #putTogether(run: readonly ChunkAction[], length: number): boolean {
    const [first] = run;
    if (first === undefined) return true;
    const buffer = this.#buffer;
    let from = this.#at + HEAD * run.length;
    if (!this.#readWhole(first.segment, from, length)) return false;
    let at = this.#at;
    for (const { streamId, chunkIndex, segment } of run) {
      const body = writeChunkFetchSuccessHead(buffer, at, streamId, chunkIndex, segment.length);
      if (body !== from) buffer.copyWithin(body, from, from + segment.length);
      at = body + segment.length;
      from += segment.length;
    }
    this.#at = at;
    this.#count(run.length, length);
    return true;
  }

  #putWhole(action: ChunkAction): boolean {
    const { streamId, chunkIndex, segment } = action;
    try {
      if (segment.length > 0) {
        const open = this.#options.files.get(segment.file);
        const read = readFully(open, this.#buffer, this.#at + HEAD, segment.length, segment.offset);
        if (read < segment.length) throw shortened(segment);
      }
    } catch (error) {
      return this.#fail(action, error);
    }
    this.#at = writeChunkFetchSuccessHead(this.#buffer, this.#at, streamId, chunkIndex, segment.length);
    this.#at += segment.length;
    this.#count(1, segment.length);
    return true;
  }

  #readWhole({ file, offset }: BlockSegment, at: number, length: number): boolean {
    try {
      return readFully(this.#options.files.get(file), this.#buffer, at, length, offset) === length;
    } catch {
      return false;
    }
  }

  /** Starts a block that takes more than this buffer, or is a stream. */
  #begin(action: BlockAction): boolean {
    const { segment } = action;
    const { files } = this.#options;
    const start = this.#at;
    let open: OpenFile | undefined;
    try {
      if (segment.length > 0) open = files.hold(segment.file);
      if (action.kind === 'chunk') {
        this.#at = writeChunkFetchSuccessHead(
          this.#buffer,
          this.#at,
          action.streamId,
          action.chunkIndex,
          segment.length,
        );
      } else {
        const { streamId } = action;
        // There is room: an id of ours is short, and at least a part of the block fits behind it.
        this.#putFrame({ type: 'StreamResponse', streamId, byteCount: segment.length });
      }
      this.#count(1, segment.length);
      if (open === undefined) return true;
      this.#unfinished = { open, segment, done: 0 };
    } catch (error) {
      this.#at = start;
      if (open !== undefined) files.release(open);
      return this.#fail(action, error);
    }
    return this.#goOn();
  }

  /** Reads on in a block that was begun; false when the buffer is full, or the rest of it is gone. */
  #goOn(): boolean {
    const body = this.#unfinished;
    if (body === undefined) return true;
    const { segment, open } = body;
    const length = Math.min(this.#room, segment.length - body.done);
    let read = 0;
    try {
      read = readFully(open, this.#buffer, this.#at, length, segment.offset + body.done);
    } catch (error) {
      this.#options.handler.failureText(error, this.#options.session.client);
    }
    this.#at += read;
    body.done += read;
    if (read < length) {
      // Its length has been said already: there is no way to take that back.
      this.#close = `${segment.file.path} has become shorter while it was read`;
      return false;
    }
    if (body.done < segment.length) return false;
    this.#unfinished = undefined;
    this.#options.files.release(open);
    return true;
  }

  #fail(action: BlockAction, error: unknown): boolean {
    const { handler, session, tally } = this.#options;
    tally.chunkFailuresTotal++;
    const text = handler.failureText(error, session.client);
    return this.#putFrame(
      action.kind === 'chunk'
        ? chunkFailure(action.streamId, action.chunkIndex, text)
        : { type: 'StreamFailure', streamId: action.streamId, error: text },
    );
  }

  #count(chunks: number, bytes: number): void {
    this.#chunks += chunks;
    this.#options.tally.chunksTotal += chunks;
    this.#options.tally.blockBytesTotal += bytes;
  }
}

function shortened({ file }: BlockSegment): ShuffleError {
  return new ShuffleError('SHUFFLE_FILE_UNREADABLE', `Failed to open file: ${file.path}`);
}
