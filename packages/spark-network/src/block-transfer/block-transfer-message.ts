import { SparkNetworkError } from '../errors.ts';
import { WireReader } from '../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from './message-type.ts';
import {
  type ApplicationSecret,
  decodeApplicationSecret,
  encodeApplicationSecret,
} from './messages/application-secret.ts';
import {
  type BlockPushReturnCode,
  decodeBlockPushReturnCode,
  encodeBlockPushReturnCode,
} from './messages/block-push-return-code.ts';
import { type BlocksRemoved, decodeBlocksRemoved, encodeBlocksRemoved } from './messages/blocks-removed.ts';
import {
  type CorruptionCause,
  decodeCorruptionCause,
  encodeCorruptionCause,
} from './messages/corruption-cause.ts';
import {
  type DiagnoseCorruption,
  decodeDiagnoseCorruption,
  encodeDiagnoseCorruption,
} from './messages/diagnose-corruption.ts';
import {
  decodeFetchShuffleBlockChunks,
  encodeFetchShuffleBlockChunks,
  type FetchShuffleBlockChunks,
} from './messages/fetch-shuffle-block-chunks.ts';
import {
  decodeFetchShuffleBlocks,
  encodeFetchShuffleBlocks,
  type FetchShuffleBlocks,
} from './messages/fetch-shuffle-blocks.ts';
import {
  decodeFinalizeShuffleMerge,
  encodeFinalizeShuffleMerge,
  type FinalizeShuffleMerge,
} from './messages/finalize-shuffle-merge.ts';
import {
  decodeGetLocalDirsForExecutors,
  encodeGetLocalDirsForExecutors,
  type GetLocalDirsForExecutors,
} from './messages/get-local-dirs-for-executors.ts';
import {
  decodeLocalDirsForExecutors,
  encodeLocalDirsForExecutors,
  type LocalDirsForExecutors,
} from './messages/local-dirs-for-executors.ts';
import { decodeMergeStatuses, encodeMergeStatuses, type MergeStatuses } from './messages/merge-statuses.ts';
import { decodeOpenBlocks, encodeOpenBlocks, type OpenBlocks } from './messages/open-blocks.ts';
import {
  decodePushBlockStream,
  encodePushBlockStream,
  type PushBlockStream,
} from './messages/push-block-stream.ts';
import {
  decodeRegisterDriver,
  encodeRegisterDriver,
  type RegisterDriver,
} from './messages/register-driver.ts';
import {
  decodeRegisterExecutor,
  encodeRegisterExecutor,
  type RegisterExecutor,
} from './messages/register-executor.ts';
import {
  decodeRemoveApplication,
  encodeRemoveApplication,
  type RemoveApplication,
} from './messages/remove-application.ts';
import { decodeRemoveBlocks, encodeRemoveBlocks, type RemoveBlocks } from './messages/remove-blocks.ts';
import {
  decodeRemoveShuffleMerge,
  encodeRemoveShuffleMerge,
  type RemoveShuffleMerge,
} from './messages/remove-shuffle-merge.ts';
import {
  decodeShuffleServiceHeartbeat,
  encodeShuffleServiceHeartbeat,
  type ShuffleServiceHeartbeat,
} from './messages/shuffle-service-heartbeat.ts';
import { decodeStreamHandle, encodeStreamHandle, type StreamHandle } from './messages/stream-handle.ts';
import { decodeUploadBlock, encodeUploadBlock, type UploadBlock } from './messages/upload-block.ts';
import {
  decodeUploadBlockStream,
  encodeUploadBlockStream,
  type UploadBlockStream,
} from './messages/upload-block-stream.ts';

/** Every message of Spark's block transfer, and two of this project's own, told apart by `kind`: Spark's name of its class. */
export type BlockTransferMessage =
  | OpenBlocks
  | UploadBlock
  | RegisterExecutor
  | StreamHandle
  | RegisterDriver
  | ShuffleServiceHeartbeat
  | UploadBlockStream
  | RemoveBlocks
  | BlocksRemoved
  | FetchShuffleBlocks
  | GetLocalDirsForExecutors
  | LocalDirsForExecutors
  | PushBlockStream
  | FinalizeShuffleMerge
  | MergeStatuses
  | FetchShuffleBlockChunks
  | DiagnoseCorruption
  | CorruptionCause
  | BlockPushReturnCode
  | RemoveShuffleMerge
  | RemoveApplication
  | ApplicationSecret;

const DECODERS = new Map<number, (reader: WireReader) => BlockTransferMessage>([
  [BLOCK_TRANSFER_TYPE.OPEN_BLOCKS, decodeOpenBlocks],
  [BLOCK_TRANSFER_TYPE.UPLOAD_BLOCK, decodeUploadBlock],
  [BLOCK_TRANSFER_TYPE.REGISTER_EXECUTOR, decodeRegisterExecutor],
  [BLOCK_TRANSFER_TYPE.STREAM_HANDLE, decodeStreamHandle],
  [BLOCK_TRANSFER_TYPE.REGISTER_DRIVER, decodeRegisterDriver],
  [BLOCK_TRANSFER_TYPE.HEARTBEAT, decodeShuffleServiceHeartbeat],
  [BLOCK_TRANSFER_TYPE.UPLOAD_BLOCK_STREAM, decodeUploadBlockStream],
  [BLOCK_TRANSFER_TYPE.REMOVE_BLOCKS, decodeRemoveBlocks],
  [BLOCK_TRANSFER_TYPE.BLOCKS_REMOVED, decodeBlocksRemoved],
  [BLOCK_TRANSFER_TYPE.FETCH_SHUFFLE_BLOCKS, decodeFetchShuffleBlocks],
  [BLOCK_TRANSFER_TYPE.GET_LOCAL_DIRS_FOR_EXECUTORS, decodeGetLocalDirsForExecutors],
  [BLOCK_TRANSFER_TYPE.LOCAL_DIRS_FOR_EXECUTORS, decodeLocalDirsForExecutors],
  [BLOCK_TRANSFER_TYPE.PUSH_BLOCK_STREAM, decodePushBlockStream],
  [BLOCK_TRANSFER_TYPE.FINALIZE_SHUFFLE_MERGE, decodeFinalizeShuffleMerge],
  [BLOCK_TRANSFER_TYPE.MERGE_STATUSES, decodeMergeStatuses],
  [BLOCK_TRANSFER_TYPE.FETCH_SHUFFLE_BLOCK_CHUNKS, decodeFetchShuffleBlockChunks],
  [BLOCK_TRANSFER_TYPE.DIAGNOSE_CORRUPTION, decodeDiagnoseCorruption],
  [BLOCK_TRANSFER_TYPE.CORRUPTION_CAUSE, decodeCorruptionCause],
  [BLOCK_TRANSFER_TYPE.BLOCK_PUSH_RETURN_CODE, decodeBlockPushReturnCode],
  [BLOCK_TRANSFER_TYPE.REMOVE_SHUFFLE_MERGE, decodeRemoveShuffleMerge],
  [BLOCK_TRANSFER_TYPE.REMOVE_APPLICATION, decodeRemoveApplication],
  [BLOCK_TRANSFER_TYPE.APPLICATION_SECRET, decodeApplicationSecret],
]);

/**
 * Reads the body of an RpcRequest, RpcResponse or OneWayMessage, or the meta of an UploadStream. What follows the last
 * field is passed over, as Spark does. Bytes and bitmaps are views.
 */
export function decodeBlockTransferMessage(body: Uint8Array): BlockTransferMessage {
  const reader = new WireReader(body);
  const type = reader.readUint8();
  const decode = DECODERS.get(type);
  if (decode !== undefined) return decode(reader);
  // Java's bytes have a sign, and these are its words.
  const shown = type > 127 ? type - 256 : type;
  throw new SparkNetworkError('SPARK_NETWORK_UNKNOWN_MESSAGE_TYPE', `Unknown message type: ${shown}`);
}

/** The whole message, as the body of a frame. */
export function encodeBlockTransferMessage(message: BlockTransferMessage): Uint8Array {
  switch (message.kind) {
    case 'OpenBlocks':
      return encodeOpenBlocks(message);
    case 'UploadBlock':
      return encodeUploadBlock(message);
    case 'RegisterExecutor':
      return encodeRegisterExecutor(message);
    case 'StreamHandle':
      return encodeStreamHandle(message);
    case 'RegisterDriver':
      return encodeRegisterDriver(message);
    case 'ShuffleServiceHeartbeat':
      return encodeShuffleServiceHeartbeat(message);
    case 'UploadBlockStream':
      return encodeUploadBlockStream(message);
    case 'RemoveBlocks':
      return encodeRemoveBlocks(message);
    case 'BlocksRemoved':
      return encodeBlocksRemoved(message);
    case 'FetchShuffleBlocks':
      return encodeFetchShuffleBlocks(message);
    case 'GetLocalDirsForExecutors':
      return encodeGetLocalDirsForExecutors(message);
    case 'LocalDirsForExecutors':
      return encodeLocalDirsForExecutors(message);
    case 'PushBlockStream':
      return encodePushBlockStream(message);
    case 'FinalizeShuffleMerge':
      return encodeFinalizeShuffleMerge(message);
    case 'MergeStatuses':
      return encodeMergeStatuses(message);
    case 'FetchShuffleBlockChunks':
      return encodeFetchShuffleBlockChunks(message);
    case 'DiagnoseCorruption':
      return encodeDiagnoseCorruption(message);
    case 'CorruptionCause':
      return encodeCorruptionCause(message);
    case 'BlockPushReturnCode':
      return encodeBlockPushReturnCode(message);
    case 'RemoveShuffleMerge':
      return encodeRemoveShuffleMerge(message);
    case 'RemoveApplication':
      return encodeRemoveApplication(message);
    case 'ApplicationSecret':
      return encodeApplicationSecret(message);
  }
}
