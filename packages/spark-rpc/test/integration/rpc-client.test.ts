import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MasterEndpoint } from '../../src/master-endpoint.ts';
import type { RpcAddress } from '../../src/rpc-address.ts';
import { RpcClient } from '../../src/rpc-client.ts';
import { recordedClasses, recordedSpark } from '../classes.ts';
import { RecordingHandler, RecordingLogger } from '../fake-connection.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function startEndpoint(): Promise<RpcAddress> {
  const endpoint = await MasterEndpoint.listen({
    host: '127.0.0.1',
    port: 0,
    sparks: [recordedSpark('3.5.6')],
    handler: new RecordingHandler(),
    logger: new RecordingLogger(),
  });
  endings.push(() => endpoint.close());
  return endpoint.address;
}

async function connect(address: RpcAddress, askTimeoutMs = 5_000): Promise<RpcClient> {
  const client = await RpcClient.connect({
    address,
    askTimeoutMs,
    classes: recordedClasses('3.5.6'),
    logger: new RecordingLogger(),
  });
  endings.push(() => client.close());
  return client;
}

describe('RpcClient', () => {
  it('learns which endpoints there are', async () => {
    const client = await connect(await startEndpoint());
    expect(await client.hasEndpoint('Master')).toBe(true);
    expect(await client.hasEndpoint('CoarseGrainedScheduler')).toBe(false);
  });

  it('hears the reason when its question is refused', async () => {
    const client = await connect(await startEndpoint());
    await expect(client.retrieveSettings(0)).rejects.toMatchObject({
      code: 'SPARK_RPC_REMOTE_FAILURE',
      message: 'there is no endpoint CoarseGrainedScheduler here',
    });
  });

  it('sends messages that have no answer, and notices that the peer has gone', async () => {
    const client = await connect(await startEndpoint());
    client.send('Nobody', (build) => build.option(undefined));
    await client.close();
    expect(client.isOpen).toBe(false);
    await expect(client.hasEndpoint('Master')).rejects.toMatchObject({ code: 'SPARK_RPC_DISCONNECTED' });
    client.send('Nobody', (build) => build.option(undefined));
  });

  it('waits no longer than it was told for an answer', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endings.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as { port: number };
    const client = await connect({ host: '127.0.0.1', port }, 20);
    await expect(client.hasEndpoint('Master')).rejects.toMatchObject({ code: 'SPARK_RPC_TIMEOUT' });
  });

  it('says what cannot be reached', async () => {
    const address = await startEndpoint();
    await endings.pop()?.();
    await expect(connect(address)).rejects.toMatchObject({
      code: 'SPARK_RPC_UNREACHABLE',
      message: expect.stringContaining(`spark://127.0.0.1:${address.port} cannot be reached`),
    });
  });
});
