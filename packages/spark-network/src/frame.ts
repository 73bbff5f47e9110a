import { SparkNetworkError } from './errors.ts';
import { FRAME_TYPE } from './frame-type.ts';
import {
  type ChunkFetchFailure,
  decodeChunkFetchFailure,
  encodeChunkFetchFailure,
} from './frames/chunk-fetch-failure.ts';
import {
  type ChunkFetchRequest,
  decodeChunkFetchRequest,
  encodeChunkFetchRequest,
} from './frames/chunk-fetch-request.ts';
import {
  type ChunkFetchSuccess,
  decodeChunkFetchSuccess,
  encodeChunkFetchSuccessHead,
} from './frames/chunk-fetch-success.ts';
import {
  decodeMergedBlockMetaRequest,
  encodeMergedBlockMetaRequest,
  type MergedBlockMetaRequest,
} from './frames/merged-block-meta-request.ts';
import {
  decodeMergedBlockMetaSuccess,
  encodeMergedBlockMetaSuccessHead,
  type MergedBlockMetaSuccess,
} from './frames/merged-block-meta-success.ts';
import {
  decodeOneWayMessage,
  encodeOneWayMessageHead,
  type OneWayMessage,
} from './frames/one-way-message.ts';
import { decodeRpcFailure, encodeRpcFailure, type RpcFailure } from './frames/rpc-failure.ts';
import { decodeRpcRequest, encodeRpcRequestHead, type RpcRequest } from './frames/rpc-request.ts';
import { decodeRpcResponse, encodeRpcResponseHead, type RpcResponse } from './frames/rpc-response.ts';
import type { StreamData } from './frames/stream-data.ts';
import { decodeStreamFailure, encodeStreamFailure, type StreamFailure } from './frames/stream-failure.ts';
import { decodeStreamRequest, encodeStreamRequest, type StreamRequest } from './frames/stream-request.ts';
import { decodeStreamResponse, encodeStreamResponse, type StreamResponse } from './frames/stream-response.ts';
import { decodeUploadStream, encodeUploadStream, type UploadStream } from './frames/upload-stream.ts';
import { WireReader } from './wire-reader.ts';

/** Every frame of Spark's, told apart by `type`; and what comes behind some of them, which is no frame. */
export type Frame =
  | ChunkFetchRequest
  | ChunkFetchSuccess
  | ChunkFetchFailure
  | RpcRequest
  | RpcResponse
  | RpcFailure
  | StreamRequest
  | StreamResponse
  | StreamFailure
  | OneWayMessage
  | UploadStream
  | MergedBlockMetaRequest
  | MergedBlockMetaSuccess
  | StreamData;

const DECODERS = new Map<number, (reader: WireReader) => Frame>([
  [FRAME_TYPE.CHUNK_FETCH_REQUEST, decodeChunkFetchRequest],
  [FRAME_TYPE.CHUNK_FETCH_SUCCESS, decodeChunkFetchSuccess],
  [FRAME_TYPE.CHUNK_FETCH_FAILURE, decodeChunkFetchFailure],
  [FRAME_TYPE.RPC_REQUEST, decodeRpcRequest],
  [FRAME_TYPE.RPC_RESPONSE, decodeRpcResponse],
  [FRAME_TYPE.RPC_FAILURE, decodeRpcFailure],
  [FRAME_TYPE.STREAM_REQUEST, decodeStreamRequest],
  [FRAME_TYPE.STREAM_RESPONSE, decodeStreamResponse],
  [FRAME_TYPE.STREAM_FAILURE, decodeStreamFailure],
  [FRAME_TYPE.ONE_WAY_MESSAGE, decodeOneWayMessage],
  [FRAME_TYPE.UPLOAD_STREAM, decodeUploadStream],
  [FRAME_TYPE.MERGED_BLOCK_META_REQUEST, decodeMergedBlockMetaRequest],
  [FRAME_TYPE.MERGED_BLOCK_META_SUCCESS, decodeMergedBlockMetaSuccess],
]);

/** From the type byte to the body, for the frames that have one. */
const HEAD_BYTES = new Map<number, number>([
  [FRAME_TYPE.CHUNK_FETCH_SUCCESS, 13],
  [FRAME_TYPE.RPC_REQUEST, 13],
  [FRAME_TYPE.RPC_RESPONSE, 13],
  [FRAME_TYPE.ONE_WAY_MESSAGE, 5],
  [FRAME_TYPE.MERGED_BLOCK_META_SUCCESS, 13],
]);

/** How many bytes from the type byte on come before a body; undefined for frames without one. */
export function headBytesBeforeBody(type: number): number | undefined {
  return HEAD_BYTES.get(type);
}

/**
 * Reads one frame from its type byte on; the length before it has been taken off. Bodies are views.
 *
 * @param body the frame's body where it does not lie behind its head
 */
export function decodeFrame(bytes: Uint8Array, body?: Uint8Array): Frame {
  const reader = new WireReader(bytes, body);
  const type = reader.readUint8();
  const decode = DECODERS.get(type);
  if (decode !== undefined) return decode(reader);
  throw new SparkNetworkError('SPARK_NETWORK_UNKNOWN_TYPE', `no frame of Spark's has the type ${type}`);
}

/** The frame as the pieces that go out one after the other. A body is handed through, not copied. */
export function encodeFrameParts(frame: Frame): readonly Uint8Array[] {
  switch (frame.type) {
    case 'RpcRequest':
      return [encodeRpcRequestHead(frame), frame.body];
    case 'RpcResponse':
      return [encodeRpcResponseHead(frame), frame.body];
    case 'ChunkFetchSuccess':
      return [encodeChunkFetchSuccessHead(frame), frame.body];
    case 'MergedBlockMetaSuccess':
      return [encodeMergedBlockMetaSuccessHead(frame), frame.body];
    case 'OneWayMessage':
      return [encodeOneWayMessageHead(frame), frame.body];
    case 'RpcFailure':
      return [encodeRpcFailure(frame)];
    case 'ChunkFetchRequest':
      return [encodeChunkFetchRequest(frame)];
    case 'ChunkFetchFailure':
      return [encodeChunkFetchFailure(frame)];
    case 'StreamRequest':
      return [encodeStreamRequest(frame)];
    case 'StreamFailure':
      return [encodeStreamFailure(frame)];
    case 'StreamResponse':
      return [encodeStreamResponse(frame)];
    case 'UploadStream':
      return [encodeUploadStream(frame)];
    case 'MergedBlockMetaRequest':
      return [encodeMergedBlockMetaRequest(frame)];
    case 'StreamData':
      return [frame.body];
  }
}

/** The frame as one piece, length included. */
export function encodeFrame(frame: Frame): Uint8Array {
  const parts = encodeFrameParts(frame);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}
