import type { Socket } from 'node:net';
import { openSocket, type TlsMaterial } from '@spark-mesos/spark-network';
import { SparkRpcError } from './errors.ts';
import { formatRpcAddress, type RpcAddress } from './rpc-address.ts';

/** Opens a socket, with TLS where there is material for it, or says why not. */
export function dial(address: RpcAddress, timeoutMs: number, tls?: TlsMaterial): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(address, tls);
    let connected = false;
    const fail = (why: string, cause?: Error): void => {
      socket.destroy();
      const code = connected ? 'SPARK_RPC_TLS_FAILED' : 'SPARK_RPC_UNREACHABLE';
      reject(new SparkRpcError(code, `${formatRpcAddress(address)} cannot be reached: ${why}`, { cause }));
    };
    const timer = setTimeout(() => fail(`no connection within ${timeoutMs} ms`), timeoutMs);
    const onError = (error: Error): void => {
      clearTimeout(timer);
      fail(connected ? `TLS was not agreed upon: ${error.message}` : error.message, error);
    };
    const onReady = (): void => {
      clearTimeout(timer);
      socket.off('error', onError);
      resolve(socket);
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      connected = true;
      if (tls === undefined) onReady();
    });
    if (tls !== undefined) socket.once('secureConnect', onReady);
  });
}
