// A shuffle service, and a driver that tells it of its application: the registration survives the service.
import { MemoryStore } from '@spark-mesos/durable-store';
import { openShuffleState, ShuffleServer, ShuffleServiceClient } from '@spark-mesos/external-shuffle';

const quiet = () => {};
const logger = { debug: quiet, info: quiet, warn: quiet, error: console.error, child: () => logger };
const store = new MemoryStore(); // a FileStore outlives this process, too
const roots = [process.cwd()]; // executors' local directories lie below one of these
for (const run of ['first', 'second']) {
  const state = await openShuffleState({ store, roots, logger });
  const server = await ShuffleServer.listen({ ...state, host: '127.0.0.1', port: 0, logger });
  const client = await ShuffleServiceClient.connect({ address: server.address });
  console.log(`${run} service: app-1 is ${await client.heartbeat('app-1')}`);
  await client.registerDriver('app-1', 60_000);
  console.log(`${run} service: app-1 is ${await client.heartbeat('app-1')}`);
  client.close();
  await server.close();
  await state.close();
}
await store.close();
