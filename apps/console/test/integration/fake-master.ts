import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { RecordedCluster } from './recorded-cluster.ts';

/** A policy stricter than any that a page of ours is likely to be served with. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** So much a real agent gives of a file at once. */
const MOST_BYTES = 65_536;

/** A server that hands out the built page and answers as a master does, with the bytes of a file as they are. */
export class FakeMaster {
  readonly url: string;
  /** What has been asked of it, oldest first. */
  readonly requests: string[] = [];
  /** While it is set, every question for data is refused with it. */
  refusal: number | undefined;
  readonly #server: Server;

  static async start(root: string, cluster: () => RecordedCluster): Promise<FakeMaster> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const master = new FakeMaster(server);
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', 'http://master');
      master.requests.push(`${url.pathname}${url.search}`);
      master
        .#answer(root, cluster(), url, response)
        .catch((error: unknown) => response.destroy(error as Error));
    });
    return master;
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(root: string, cluster: RecordedCluster, url: URL, response: ServerResponse): Promise<void> {
    const [first = '', agentId = '', ...rest] = url.pathname
      .split('/')
      .filter(Boolean)
      .map(decodeURIComponent);
    const isData = ['state', 'roles', 'agent', 'api'].includes(first);
    if (isData && this.refusal !== undefined) {
      response.writeHead(this.refusal, { 'content-type': 'text/plain' }).end('No leader elected\n');
    } else if (url.pathname === '/state') {
      // As a real one, it keeps the messages of updates for those who ask for tasks.
      json(
        response,
        JSON.stringify(cluster.state(), (key, value) => (key === 'message' ? undefined : value)),
      );
    } else if (url.pathname === '/api/v1') {
      json(response, JSON.stringify(cluster.tasks()));
    } else if (url.pathname === '/roles') {
      json(response, JSON.stringify(cluster.roles()));
    } else if (first === 'agent' && rest.join('/') === 'state') {
      const state = cluster.agentState(agentId);
      if (state) json(response, JSON.stringify(state));
      else response.writeHead(404).end();
    } else if (first === 'agent') {
      answerFiles(cluster, rest.join('/'), url.searchParams, response);
    } else {
      await answerPage(root, url.pathname, response);
    }
  }
}

async function answerPage(root: string, path: string, response: ServerResponse): Promise<void> {
  const file = join(root, normalize(path === '/' ? '/index.html' : path));
  const content = await readFile(file).catch(() => undefined);
  if (content === undefined) {
    response.writeHead(404).end();
    return;
  }
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, {
    'content-type': type,
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
  });
  response.end(content);
}

function answerFiles(
  cluster: RecordedCluster,
  what: string,
  query: URLSearchParams,
  response: ServerResponse,
): void {
  const path = query.get('path') ?? '';
  if (what === 'files/browse') {
    json(response, JSON.stringify(cluster.browse(path)));
    return;
  }
  const file = cluster.file(path);
  if (!file) {
    response.writeHead(404, { 'content-length': 0 }).end();
  } else if (what === 'files/download') {
    response.writeHead(200, { 'content-disposition': 'attachment; filename=stderr' }).end(file);
  } else {
    const offset = Number(query.get('offset') ?? -1);
    const length = Math.min(MOST_BYTES, Number(query.get('length') ?? MOST_BYTES));
    const data = offset < 0 ? Buffer.alloc(0) : file.subarray(offset, offset + length);
    json(response, rawAnswer(data, offset < 0 ? file.length : offset));
  }
}

function json(response: ServerResponse, body: string | Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}

/** The file's bytes inside the JSON text as they are, whatever they are; only what JSON needs is escaped. */
function rawAnswer(data: Buffer, offset: number): Buffer {
  const escaped = data.toString('latin1').replace(/["\\]|[^ -\u00ff]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\${character}`;
  });
  return Buffer.from(`{"data":"${escaped}","offset":${offset}}`, 'latin1');
}
