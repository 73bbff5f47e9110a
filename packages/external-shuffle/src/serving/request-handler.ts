import {
  type BlockTransferMessage,
  decodeBlockTransferMessage,
  encodeBlockTransferMessage,
  SPARK_SASL_USER,
  SparkNetworkError,
} from '@spark-mesos/spark-network';
import { parseBlockIds } from '../blocks/block-ids.ts';
import { ShuffleError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { BlockResolver, ShuffleRegistry } from '../model.ts';
import { type BlockList, failingList, openBlockList, shuffleBlockList } from './block-stream.ts';
import type { ServingTally } from './counters.ts';
import type { StreamTable } from './stream-table.ts';

/** Who asks. */
export interface Client {
  /** The application as which it has authenticated itself; undefined where nobody has to. */
  readonly id: string | undefined;
  /** For the log. */
  readonly address: string;
}

/** What requests are answered from. */
export interface RequestHandlerOptions {
  readonly registry: ShuffleRegistry;
  readonly resolver: BlockResolver;
  readonly tally: ServingTally;
  readonly logger: Logger;
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
}

const EMPTY = new Uint8Array(0);

/** Answers the messages in RpcRequests, in Spark's words where it refuses them. */
export class RequestHandler {
  readonly #registry: ShuffleRegistry;
  readonly #resolver: BlockResolver;
  readonly #tally: ServingTally;
  readonly #logger: Logger;
  readonly #now: () => number;

  constructor({ registry, resolver, tally, logger, now }: RequestHandlerOptions) {
    this.#registry = registry;
    this.#resolver = resolver;
    this.#tally = tally;
    this.#logger = logger;
    this.#now = now ?? (() => performance.now());
  }

  /** The body of the answer. Throws, or rejects with, what {@link failureText} makes a failure of. */
  answer(body: Uint8Array, client: Client, streams: StreamTable): Uint8Array | Promise<Uint8Array> {
    this.#tally.requestsTotal++;
    const message = decodeBlockTransferMessage(body);
    switch (message.kind) {
      case 'RegisterDriver':
        this.#checkDriver(client, message.appId);
        return this.#registry
          .registerDriver(message.appId, message.heartbeatTimeoutMs, client.address)
          .then(() => EMPTY);
      case 'ShuffleServiceHeartbeat':
        return this.#heartbeat(message.appId, client);
      case 'RemoveApplication':
        this.#checkDriver(client, message.appId);
        return this.#registry.removeApplication(message.appId).then(() => EMPTY);
      case 'ApplicationSecret':
        this.#checkClusterManager(client);
        return this.#registry.setSecret(message.appId, message.secret).then(() => EMPTY);
      default:
        return this.#answerExecutor(message, client, streams);
    }
  }

  /** A message that wants no answer. */
  notice(body: Uint8Array, client: Client): void {
    this.#tally.requestsTotal++;
    const message = decodeBlockTransferMessage(body);
    // Spark's own service takes this one alone for granted in this form; the rest need an answer.
    if (message.kind === 'ShuffleServiceHeartbeat') this.#heartbeat(message.appId, client);
    else throw new ShuffleError('SHUFFLE_NOT_SUPPORTED', `Unexpected message: ${message.kind}`);
  }

  /** What the client is told of an error, and who else is. */
  failureText(error: unknown, client: Client): string {
    this.#tally.requestFailuresTotal++;
    if (error instanceof ShuffleError) {
      if (error.code === 'SHUFFLE_CLIENT_REFUSED') {
        this.#tally.authorizationFailuresTotal++;
        this.#logger.warn({ client, reason: error.message }, 'a client asks for what is not its own');
      } else {
        this.#logger.debug({ client, error }, 'a request is refused');
      }
      return error.failureText;
    }
    if (error instanceof SparkNetworkError) return `java.lang.IllegalArgumentException: ${error.message}`;
    this.#tally.exceptionsTotal++;
    this.#logger.error({ client, error }, 'a request failed unexpectedly');
    return 'java.lang.RuntimeException: the shuffle service failed; its log says why';
  }

  #answerExecutor(
    message: BlockTransferMessage,
    client: Client,
    streams: StreamTable,
  ): Uint8Array | Promise<Uint8Array> {
    switch (message.kind) {
      case 'RegisterExecutor': {
        checkClient(client, message.appId);
        const started = this.#now();
        this.#tally.registerExecutorRequestsTotal++;
        return this.#registry
          .registerExecutor(message.appId, message.executorId, message.executorInfo)
          .finally(() => {
            this.#tally.registerExecutorRequestMillisecondsTotal += this.#now() - started;
          })
          .then(() => EMPTY);
      }
      case 'OpenBlocks':
        checkClient(client, message.appId);
        return this.#open(streams, () =>
          openBlockList(this.#source, message, parseBlockIds(message.blockIds)),
        );
      case 'FetchShuffleBlocks':
        checkClient(client, message.appId);
        return this.#open(streams, () => shuffleBlockList(this.#source, message));
      case 'FetchShuffleBlockChunks': {
        checkClient(client, message.appId);
        const count = message.chunkIds.reduce((sum, { length }) => sum + length, 0);
        // As in Spark, it is the chunks that fail.
        return this.#open(streams, () => failingList(count, noMerging()));
      }
      case 'GetLocalDirsForExecutors':
        checkClient(client, message.appId);
        return this.#localDirs(message.appId, message.executorIds);
      case 'RemoveBlocks':
        checkClient(client, message.appId);
        return this.#resolver
          .removeBlocks(this.#registry.executor(message.appId, message.executorId), message.blockIds)
          .then((numRemovedBlocks) =>
            encodeBlockTransferMessage({ kind: 'BlocksRemoved', numRemovedBlocks }),
          );
      case 'DiagnoseCorruption':
        checkClient(client, message.appId);
        return this.#diagnose(message);
      case 'FinalizeShuffleMerge':
      case 'RemoveShuffleMerge':
        checkClient(client, message.appId);
        throw noMerging();
      default:
        throw new ShuffleError('SHUFFLE_NOT_SUPPORTED', `Unexpected message: ${describe(message)}`);
    }
  }

  get #source() {
    return { registry: this.#registry, resolver: this.#resolver };
  }

  #open(streams: StreamTable, list: () => BlockList): Uint8Array {
    const started = this.#now();
    const blocks = list();
    const streamId = BigInt(streams.open(blocks));
    const answer = encodeBlockTransferMessage({ kind: 'StreamHandle', streamId, numChunks: blocks.count });
    this.#tally.openBlockRequestsTotal++;
    this.#tally.openBlockRequestMillisecondsTotal += this.#now() - started;
    return answer;
  }

  #localDirs(appId: string, executorIds: readonly string[]): Uint8Array {
    const executors = executorIds.map((executorId) => {
      const { localDirs } = this.#registry.executor(appId, executorId);
      return { executorId, localDirs };
    });
    return encodeBlockTransferMessage({ kind: 'LocalDirsForExecutors', executors });
  }

  async #diagnose(
    message: Extract<BlockTransferMessage, { readonly kind: 'DiagnoseCorruption' }>,
  ): Promise<Uint8Array> {
    const { appId, executorId, shuffleId, mapId, reduceId, checksum, algorithm } = message;
    const executor = this.#registry.executor(appId, executorId);
    const cause = await this.#resolver.diagnoseCorruption(
      executor,
      shuffleId,
      mapId,
      reduceId,
      checksum,
      algorithm,
    );
    return encodeBlockTransferMessage({ kind: 'CorruptionCause', cause });
  }

  /** Asked as a question, it is told when the driver has to register again; the original never asks. */
  #heartbeat(appId: string, client: Client): Uint8Array {
    this.#checkDriver(client, appId);
    if (this.#registry.heartbeat(appId, client.address) === 'known') return EMPTY;
    throw new ShuffleError('SHUFFLE_EXECUTOR_UNKNOWN', `Application is not registered (appId=${appId})`);
  }

  /** A driver speaks for its own application, and the cluster manager for all. */
  #checkDriver(client: Client, appId: string): void {
    if (client.id !== SPARK_SASL_USER) checkClient(client, appId);
  }

  #checkClusterManager(client: Client): void {
    if (client.id === SPARK_SASL_USER) return;
    throw new ShuffleError(
      'SHUFFLE_CLIENT_REFUSED',
      `Client for ${client.id ?? 'nobody'} not authorized to give applications their secrets.`,
    );
  }
}

/** Without authentication there is nobody who could be told from others. */
function checkClient(client: Client, appId: string): void {
  if (client.id === undefined || client.id === appId) return;
  throw new ShuffleError(
    'SHUFFLE_CLIENT_REFUSED',
    `Client for ${client.id} not authorized for application ${appId}.`,
  );
}

/** Push-based shuffle exists on YARN alone; Spark's own service says this elsewhere. */
export function noMerging(): ShuffleError {
  return new ShuffleError('SHUFFLE_NOT_SUPPORTED', 'Cannot handle shuffle block merge');
}

/** As Java prints the message, where somebody may look for it. */
function describe(message: BlockTransferMessage): string {
  if (message.kind !== 'UploadBlock') return message.kind;
  const { appId, executorId, blockId, metadata, blockData } = message;
  const sizes = `metadata size=${metadata.byteLength},block size=${blockData.byteLength}`;
  return `UploadBlock[appId=${appId},execId=${executorId},blockId=${blockId},${sizes}]`;
}
