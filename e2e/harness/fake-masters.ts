import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** Listens on a free loopback port until the test ends; gives `127.0.0.1:port`. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address on which nobody listens: a port that was free a moment ago may be another test's by now. */
export const NOBODY = '127.0.0.1:1';

/** A server that takes connections and says nothing. */
export async function silentServer(): Promise<string> {
  const server = createServer((socket) => {
    onTestFinished(() => {
      socket.destroy();
    });
    socket.on('error', () => {});
  });
  return await listen(server);
}

/** A web server that gives the same answer to everything. */
export async function webServer(status: number, body: string): Promise<string> {
  const answer: RequestListener = (request, response) => {
    request.resume();
    response.writeHead(status, { 'Content-Type': 'text/plain', Connection: 'close' }).end(body);
  };
  return await listen(createHttpServer(answer));
}

/** Somebody who already has a port. */
export async function takenPort(): Promise<number> {
  return Number((await silentServer()).split(':')[1]);
}
