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
export type { CipherName } from './ciphers/detected-cipher.ts';
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
