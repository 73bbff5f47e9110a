import { encodeFrame, type Frame, type FrameDecoder } from '../src/index.ts';

/** Answers every question in these bytes with its own body. */
export function echo(decoder: FrameDecoder, chunk: Uint8Array): Uint8Array[] {
  const isRequest = (frame: Frame) => frame.type === 'RpcRequest';
  return decoder
    .push(chunk)
    .filter(isRequest)
    .map(({ requestId, body }) => encodeFrame({ type: 'RpcResponse', requestId, body }));
}
