import type { Socket } from 'node:net';

/**
 * Resolves to the first byte that a peer sends, which stays there to be read; to undefined when the peer sends none
 * in time or goes. Who gets the socket then has to read on in the same turn.
 */
export function firstByte(socket: Socket, timeoutMs: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const settle = (byte: number | undefined) => {
      clearTimeout(timer);
      socket.off('readable', look);
      socket.off('close', gone);
      resolve(byte);
    };
    const gone = () => settle(undefined);
    const look = () => {
      const head = socket.read(1) as Buffer | null;
      if (head === null) return;
      socket.unshift(head);
      settle(head[0]);
    };
    const timer = setTimeout(gone, timeoutMs);
    // The one that takes the socket has a listener of its own; until then an error is only the end of it.
    socket.on('error', () => {});
    socket.on('close', gone);
    socket.on('readable', look);
  });
}
