import type { Server, Socket } from 'node:net';
import { hostname } from 'node:os';
import { SparkRpcError } from './errors.ts';

/** Has a server listen, and resolves to the port that it has got. */
export function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `cannot listen on ${host}:${port}: ${cause.message}`;
      reject(new SparkRpcError('SPARK_RPC_LISTEN_FAILED', message, { cause }));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Under which host others reach one that listens on this one. */
export function reachableHost(host: string): string {
  return host === '0.0.0.0' || host === '::' || host === '' ? hostname() : host;
}

/** Who is at the other end, for logs. */
export function peerOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}
