import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { LocalMesosError } from '../errors.ts';
import type { LocalMesosLogger } from '../logger.ts';
import {
  BodyTooLong,
  type HttpHandler,
  type HttpReply,
  type HttpRequest,
  MAX_BODY_BYTES,
  textReply,
} from './messages.ts';

/** Shorter answers are not worth compressing. */
const MIN_GZIP_BYTES = 1024;

/** Where a server listens and what it answers. */
export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Paths may begin with it: `/master/state` is `/state`. */
  readonly processName: string;
  readonly handler: HttpHandler;
  readonly logger: LocalMesosLogger;
}

/** A listening HTTP server over {@link HttpHandler}. */
export class HttpServer {
  readonly #server: Server;
  readonly host: string;
  readonly port: number;

  private constructor(server: Server, host: string, port: number) {
    this.#server = server;
    this.host = host;
    this.port = port;
  }

  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    // Keep-alive connections stay open as long as the client wants: Mesos never closes them.
    const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 });
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      serve(options, request, response).catch((error: unknown) => {
        options.logger.error({ error, path: request.url }, 'request failed');
        response.destroy();
      });
    };
    server.on('request', answer);
    // Mesos does not answer `Expect: 100-continue`; it waits for the body.
    server.on('checkContinue', answer);
    const { host, port } = options;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause: NodeJS.ErrnoException) => {
        const taken = cause.code === 'EADDRINUSE';
        const text = taken
          ? `port ${port} of ${host} is taken by another process; choose another, or 0 for a free one`
          : `cannot listen on ${host}:${port}: ${cause.message}`;
        reject(new LocalMesosError(taken ? 'LOCAL_PORT_TAKEN' : 'LOCAL_OPTIONS_INVALID', text, { cause }));
      });
      server.listen(port, host, resolve);
    });
    return new HttpServer(server, host, (server.address() as AddressInfo).port);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }
}

async function serve(
  { handler, processName }: HttpServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = readRequest(incoming, processName);
  const reply =
    request === undefined ? textReply(400, 'Malformed request URL') : await answer(handler, request);
  await send(reply, incoming, response);
}

async function answer(handler: HttpHandler, request: HttpRequest): Promise<HttpReply> {
  try {
    return await handler(request);
  } catch (error) {
    if (error instanceof BodyTooLong) return textReply(413, error.message);
    throw error;
  }
}

function readRequest(incoming: IncomingMessage, processName: string): HttpRequest | undefined {
  const target = incoming.url ?? '/';
  const [rawPath = '/', rawQuery = ''] = target.split(/\?(.*)/s, 2);
  let path: string;
  try {
    path = decodeURIComponent(rawPath);
  } catch {
    return undefined;
  }
  const prefix = `/${processName}/`;
  return {
    method: incoming.method ?? 'GET',
    path: path.startsWith(prefix) ? path.slice(prefix.length - 1) : path,
    query: new URLSearchParams(rawQuery),
    headers: incoming.headers,
    body: () => readBody(incoming),
  };
}

async function readBody(incoming: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new BodyTooLong(`the body is longer than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (incoming.headers['content-encoding'] !== 'gzip') return body;
  try {
    return await promisify(gunzip)(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    throw new BodyTooLong(`the body cannot be decompressed: ${(error as Error).message}`);
  }
}

async function send(reply: HttpReply, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  // Mesos keeps connections and says nothing of it.
  response.removeHeader('Connection');
  if (reply.kind === 'stream') {
    response.socket?.setNoDelay(true);
    response.writeHead(200, reply.headers);
    reply.open(response);
    return;
  }
  if (reply.kind === 'file') {
    const { size } = await stat(reply.path);
    response.writeHead(200, { ...reply.headers, 'Content-Length': size });
    if (size === 0) {
      response.end();
      return;
    }
    // A log may grow meanwhile; what was announced is what is sent.
    createReadStream(reply.path, { end: size - 1 })
      .on('error', () => response.destroy())
      .pipe(response);
    return;
  }
  const body = Buffer.from(reply.body as string);
  const wantsGzip = /\bgzip\b/.test(String(incoming.headers['accept-encoding'] ?? ''));
  if (!wantsGzip || body.length < MIN_GZIP_BYTES) {
    response.writeHead(reply.status, { ...reply.headers, 'Content-Length': body.length });
    response.end(body);
    return;
  }
  const packed = await promisify(gzip)(body);
  const headers = { ...reply.headers, 'Content-Encoding': 'gzip', 'Content-Length': packed.length };
  response.writeHead(reply.status, headers);
  response.end(packed);
}
