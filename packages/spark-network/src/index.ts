export {
  AuthEngine,
  type AuthEngineKeys,
  type AuthEngineOptions,
  type AuthEngineVersion,
} from './authentication/auth-engine.ts';
export {
  ClientAuthentication,
  type ClientAuthenticationOptions,
  type ClientAuthenticationStep,
} from './authentication/client-authentication.ts';
export { SPARK_SASL_USER } from './authentication/failure.ts';
export {
  type AuthenticationMechanism,
  ServerAuthentication,
  type ServerAuthenticationOptions,
  type ServerAuthenticationStep,
} from './authentication/server-authentication.ts';
export {
  type BlockTransferMessage,
  decodeBlockTransferMessage,
  encodeBlockTransferMessage,
} from './block-transfer/block-transfer-message.ts';
export { BLOCK_TRANSFER_TYPE } from './block-transfer/message-type.ts';
export type { ApplicationSecret } from './block-transfer/messages/application-secret.ts';
export type { BlockPushReturnCode } from './block-transfer/messages/block-push-return-code.ts';
export type { BlocksRemoved } from './block-transfer/messages/blocks-removed.ts';
export type { CorruptionCause } from './block-transfer/messages/corruption-cause.ts';
export type { DiagnoseCorruption } from './block-transfer/messages/diagnose-corruption.ts';
export type { FetchShuffleBlockChunks } from './block-transfer/messages/fetch-shuffle-block-chunks.ts';
export type { FetchShuffleBlocks } from './block-transfer/messages/fetch-shuffle-blocks.ts';
export type { FinalizeShuffleMerge } from './block-transfer/messages/finalize-shuffle-merge.ts';
export type { GetLocalDirsForExecutors } from './block-transfer/messages/get-local-dirs-for-executors.ts';
export type { LocalDirsForExecutors } from './block-transfer/messages/local-dirs-for-executors.ts';
export type { MergeStatuses } from './block-transfer/messages/merge-statuses.ts';
export type { OpenBlocks } from './block-transfer/messages/open-blocks.ts';
export type { PushBlockStream } from './block-transfer/messages/push-block-stream.ts';
export type { RegisterDriver } from './block-transfer/messages/register-driver.ts';
export type { RegisterExecutor } from './block-transfer/messages/register-executor.ts';
export type { RemoveApplication } from './block-transfer/messages/remove-application.ts';
export type { RemoveBlocks } from './block-transfer/messages/remove-blocks.ts';
export type { RemoveShuffleMerge } from './block-transfer/messages/remove-shuffle-merge.ts';
export type { ShuffleServiceHeartbeat } from './block-transfer/messages/shuffle-service-heartbeat.ts';
export type { StreamHandle } from './block-transfer/messages/stream-handle.ts';
export type { UploadBlock } from './block-transfer/messages/upload-block.ts';
export type { UploadBlockStream } from './block-transfer/messages/upload-block-stream.ts';
export type { CipherName } from './ciphers/detected-cipher.ts';
export { SaslSealer, type SaslSealing } from './ciphers/sasl-sealer.ts';
export type { SessionKeys, TransportCipher } from './ciphers/transport-cipher.ts';
export { SPARK_NETWORK_ERROR_CODES, SparkNetworkError, type SparkNetworkErrorCode } from './errors.ts';
export { firstByte } from './first-byte.ts';
export { decodeFrame, encodeFrame, encodeFrameParts, type Frame } from './frame.ts';
export { FrameChannel } from './frame-channel.ts';
export { DEFAULT_MAX_FRAME_BYTES, FrameDecoder, type FrameDecoderOptions } from './frame-decoder.ts';
export { FRAME_TYPE, frameTypeName } from './frame-type.ts';
export type { ChunkFetchFailure } from './frames/chunk-fetch-failure.ts';
export type { ChunkFetchRequest } from './frames/chunk-fetch-request.ts';
export {
  CHUNK_FETCH_SUCCESS_HEAD_BYTES,
  type ChunkFetchSuccess,
  writeChunkFetchSuccessHead,
} from './frames/chunk-fetch-success.ts';
export type { MergedBlockMetaRequest } from './frames/merged-block-meta-request.ts';
export type { MergedBlockMetaSuccess } from './frames/merged-block-meta-success.ts';
export type { OneWayMessage } from './frames/one-way-message.ts';
export type { RpcFailure } from './frames/rpc-failure.ts';
export type { RpcRequest } from './frames/rpc-request.ts';
export type { RpcResponse } from './frames/rpc-response.ts';
export type { StreamData } from './frames/stream-data.ts';
export type { StreamFailure } from './frames/stream-failure.ts';
export type { StreamRequest } from './frames/stream-request.ts';
export type { StreamResponse } from './frames/stream-response.ts';
export type { UploadStream } from './frames/upload-stream.ts';
export { type InboundSecurity, openSocket, secureInbound, TLS_FIRST_BYTE } from './tls/secure-socket.ts';
export { loadTls, type TlsMaterial } from './tls/tls-material.ts';
export type { TlsSettings } from './tls/tls-settings.ts';
