import type { Socket } from 'node:net';
import { encodeFrame, type Frame, FrameDecoder } from '@spark-mesos/spark-network';
import type { ConnectionLimits } from './connection-limits.ts';

/** Answers the first question of a peer with an error, and closes; says nothing to one that asks nothing. */
export function refuseEverything(socket: Socket, error: string, limits: ConnectionLimits): void {
  const decoder = new FrameDecoder({ maxFrameBytes: limits.maxFrameBytes });
  const timer = setTimeout(() => socket.destroy(), limits.frameTimeoutMs);
  socket.on('close', () => clearTimeout(timer));
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    const question = requestIn(decoder, chunk);
    if (question === undefined) return;
    if (question !== null) socket.write(encodeFrame({ type: 'RpcFailure', requestId: question, error }));
    socket.destroySoon();
  });
}

/** The id of the first question; null where there can be none, undefined where it may still come. */
function requestIn(decoder: FrameDecoder, chunk: Uint8Array): bigint | null | undefined {
  let frames: Frame[];
  try {
    frames = decoder.push(chunk);
  } catch {
    // Neither TLS nor frames: there is nothing to say to it.
    return null;
  }
  const [first] = frames;
  if (first === undefined) return undefined;
  return first.type === 'RpcRequest' ? first.requestId : null;
}
