import type { ServerResponse } from 'node:http';
import {
  codecOf,
  type EncodableClass,
  encodeRecord,
  type MesosCodec,
  type MesosContentType,
} from '@spark-mesos/mesos-proto';
import type { LocalMesosLogger } from '../logger.ts';

/** A client that does not read is let go when this much waits for it. */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024;

interface OpenStream {
  readonly response: ServerResponse;
  readonly codec: MesosCodec;
  stalled: boolean;
  isCorked: boolean;
}

/** Event streams that are open: one record a chunk, several chunks a segment when they come together. */
export class EventStreams<E> {
  readonly #type: EncodableClass<E>;
  readonly #logger: LocalMesosLogger;
  readonly #streams = new Map<string, OpenStream>();

  constructor(type: EncodableClass<E>, logger: LocalMesosLogger) {
    this.#type = type;
    this.#logger = logger;
  }

  /** Takes a stream whose head has been written; `closed` is called when the client has gone. */
  open(id: string, response: ServerResponse, contentType: MesosContentType, closed: () => void): void {
    const codec = codecOf(contentType, { defaults: true });
    this.#streams.set(id, { response, codec, stalled: false, isCorked: false });
    response.once('close', () => {
      this.#streams.delete(id);
      closed();
    });
  }

  send(id: string, event: E): void {
    const stream = this.#streams.get(id);
    if (stream === undefined || stream.stalled) return;
    const { response } = stream;
    if (response.writableLength > MAX_BACKLOG_BYTES) {
      this.#logger.warn({ streamId: id }, 'stream is not read; dropping it');
      response.destroy();
      return;
    }
    this.#cork(stream);
    response.write(encodeRecord(stream.codec.encode(this.#type, event)));
  }

  /** Ends a stream as a master does: with the terminal chunk. */
  end(id: string): void {
    this.#streams.get(id)?.response.end();
  }

  /** Breaks it off, as a network does. */
  drop(id: string): void {
    this.#streams.get(id)?.response.destroy();
  }

  /** Stays connected and says nothing any more. */
  stall(id: string): void {
    const stream = this.#streams.get(id);
    if (stream !== undefined) stream.stalled = true;
  }

  get ids(): string[] {
    return [...this.#streams.keys()];
  }

  /** What is sent in one turn of the event loop leaves together. */
  #cork(stream: OpenStream): void {
    if (stream.isCorked) return;
    stream.isCorked = true;
    stream.response.cork();
    process.nextTick(() => {
      stream.isCorked = false;
      stream.response.uncork();
    });
  }
}
