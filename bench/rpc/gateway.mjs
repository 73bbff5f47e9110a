// The gateway of the bench, a process of its own, so that its memory is nobody else's. Told over IPC what to do:
// `memory` answers with the bytes that are held once garbage is collected, `close` ends it.

import { SparkGateway } from '../../packages/spark-gateway/dist/index.js';

const [master = '', sparkHome = ''] = process.argv.slice(2);
const gateway = await SparkGateway.start({ master, sparkHome });
process.send?.({ url: gateway.url });

process.on('message', async (request) => {
  if (request === 'memory') {
    // Twice, since what finalizers let go of is only collected the next time.
    globalThis.gc?.();
    await new Promise(setImmediate);
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.({ bytes: heapUsed + external });
  } else if (request === 'close') {
    await gateway.close();
    process.disconnect();
  }
});
