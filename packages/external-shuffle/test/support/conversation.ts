import type { BlockResolver, ServingLimits, ShuffleRegistry } from '@spark-mesos/external-shuffle';
import {
  type Frame,
  FrameDecoder,
  ServerAuthentication,
  type ServerAuthenticationOptions,
} from '@spark-mesos/spark-network';
import { ClientSession } from '../../src/serving/client-session.ts';
import { newTally } from '../../src/serving/counters.ts';
import type { Filled } from '../../src/serving/filled.ts';
import { DEFAULT_SERVING_LIMITS } from '../../src/serving/limits.ts';
import { OpenFiles } from '../../src/serving/open-files.ts';
import { ReplyFiller } from '../../src/serving/reply-filler.ts';
import { RequestHandler } from '../../src/serving/request-handler.ts';
import { StreamIds, StreamTable } from '../../src/serving/stream-table.ts';
import { recordingLogger } from './recording-logger.ts';

/** A connection without its socket. */
export interface Conversation {
  /** What is put together of what was asked until now, in as many buffers as it takes; ends when there is no more. */
  send(bytes: Uint8Array): Filled[];
  /** Frames that were answered so far; waits for as many. */
  frames(count: number): Promise<Frame[]>;
  /** All bytes that were answered so far. */
  readonly bytes: () => Buffer;
  close(): void;
}

/** What the conversations of a test have in common, which is a server without its port. */
export function conversations(options: {
  readonly registry: ShuffleRegistry;
  readonly resolver: BlockResolver;
  readonly limits?: Partial<ServingLimits>;
  readonly authentication?: ServerAuthenticationOptions;
  readonly firstStreamId?: number;
  readonly bufferBytes?: number;
}) {
  const { registry, resolver, authentication, bufferBytes = 64 * 1024 } = options;
  const limits = { ...DEFAULT_SERVING_LIMITS, ...options.limits };
  const tally = newTally();
  const logger = recordingLogger();
  const ids = new StreamIds(options.firstStreamId);
  const files = new OpenFiles((file) => resolver.open(file), limits.maxOpenFiles);
  const handler = new RequestHandler({ registry, resolver, tally, logger });
  const open = (): Conversation => {
    const out: Uint8Array[] = [];
    let woken: (() => void) | undefined;
    const session = new ClientSession({
      handler,
      streams: new StreamTable(ids, limits, tally),
      limits,
      tally,
      logger,
      authentication: authentication === undefined ? undefined : new ServerAuthentication(authentication),
      address: '192.0.2.1:1',
      wake: () => {
        pump();
        woken?.();
      },
    });
    const { maxChunksInTransfer } = limits;
    const filler = new ReplyFiller({ session, files, handler, tally, maxChunksInTransfer });
    const pump = (): Filled[] => {
      const all: Filled[] = [];
      for (;;) {
        const buffer = Buffer.alloc(bufferBytes);
        const filled = filler.fill(buffer);
        if (filled.bytes > 0 || filled.more.length > 0 || filled.close !== undefined || filled.overloaded) {
          all.push(filled);
        }
        out.push(buffer.subarray(0, filled.bytes), ...filled.more);
        if (filled.bytes === 0 && filled.more.length === 0) return all;
        if (filled.close !== undefined) return all;
      }
    };
    const bytes = () => Buffer.concat(out);
    return {
      bytes,
      send(more) {
        session.receive(more);
        return pump();
      },
      async frames(count) {
        for (;;) {
          const frames = new FrameDecoder().push(bytes());
          if (frames.length >= count) return frames;
          await new Promise<void>((resolve) => {
            woken = resolve;
          });
        }
      },
      close() {
        session.close();
        filler.close();
      },
    };
  };
  return { open, tally, files, logger };
}
