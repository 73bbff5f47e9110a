import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { onTestFinished } from 'vitest';
import { DispatcherServer, type DispatcherServerOptions } from '../../src/rest/dispatcher-server.ts';
import { OPEN_ACCESS } from '../../src/security/access-file.ts';
import { FakeService } from '../../src/testing/fake-service.ts';

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON. */
  readonly json: () => Record<string, unknown>;
}

/** What is asked. */
export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A server on a port that is shared, as that of Spark's RPC is. */
export async function serve(changes: Partial<DispatcherServerOptions> = {}) {
  const service = new FakeService();
  const server = await DispatcherServer.start({
    service,
    access: OPEN_ACCESS,
    serverSparkVersion: '3.5.6',
    version: '1.0.0',
    logger: silentLogger,
    ...changes,
  });
  const shared = createServer((socket) => server.take(socket));
  shared.listen(0, '127.0.0.1');
  await once(shared, 'listening');
  onTestFinished(async () => {
    await server.close();
    shared.close();
  });
  const { port } = shared.address() as AddressInfo;
  const ask = (path: string, question: Question = {}) => askPort(port, path, question);
  return { service, server, port, ask };
}

/** Asks whoever listens on a port of this machine. */
export function askPort(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Question,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers: { ...headers }, agent: false },
      async (response) => {
        const text = Buffer.concat(await response.toArray()).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text) as Record<string, unknown>,
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
