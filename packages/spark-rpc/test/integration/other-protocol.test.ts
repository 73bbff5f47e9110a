import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { encodeFrame } from '@spark-mesos/spark-network';
import { afterEach, describe, expect, it } from 'vitest';
import { MasterEndpoint } from '../../src/master-endpoint.ts';
import { recordedSpark } from '../classes.ts';
import { RecordingHandler, RecordingLogger } from '../fake-connection.ts';
import { fixture } from '../support.ts';
import { RawDriver } from './raw-driver.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** An endpoint that answers HTTP on the same port. */
async function listen(frameTimeoutMs = 5000) {
  const http = createServer((asked, answer) => {
    let body = '';
    asked.on('data', (chunk) => {
      body += chunk;
    });
    asked.on('end', () => answer.end(`${asked.method} ${asked.url} ${body}`));
  });
  const endpoint = await MasterEndpoint.listen({
    host: '127.0.0.1',
    port: 0,
    sparks: [recordedSpark('3.5.6')],
    handler: new RecordingHandler(),
    logger: new RecordingLogger(),
    limits: { frameTimeoutMs },
    takeOther: (socket) => http.emit('connection', socket),
  });
  endings.push(() => endpoint.close());
  return endpoint;
}

function ask(port: number, method: string, body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', method, path: '/x', agent: false }, async (answer) => {
      resolve((await answer.toArray()).join(''));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

describe('an endpoint that shares its port', () => {
  it('answers HTTP to those who speak it, with a body as long as it may be', async () => {
    const { address } = await listen();
    expect(await ask(address.port, 'GET')).toBe('GET /x ');
    const body = 'b'.repeat(300_000);
    expect(await ask(address.port, 'POST', body)).toBe(`POST /x ${body}`);
  });

  it('answers drivers as ever, also when their first bytes come one by one', async () => {
    const { address } = await listen();
    const driver = await RawDriver.connect(address);
    endings.push(() => driver.destroy());
    for (const byte of fixture('frames/3.5.6/in-CheckExistence.bin')) driver.write(Uint8Array.of(byte));
    const [reply] = await driver.receive(1);
    const golden = fixture('frames/3.5.6/out-reply-to-CheckExistence.bin');
    expect(reply && Buffer.from(encodeFrame(reply))).toEqual(Buffer.from(golden));
  });

  it('closes a connection that says nothing in time, and those that there are when it closes', async () => {
    const { address } = await listen(30);
    const silent = connect(address.port, '127.0.0.1');
    await once(silent, 'close');
    const endpoint = await listen();
    const waiting = connect(endpoint.address.port, '127.0.0.1');
    await once(waiting, 'connect');
    const closed = once(waiting, 'close');
    await endpoint.close();
    await closed;
  });
});
