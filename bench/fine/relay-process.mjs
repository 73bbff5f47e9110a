// A relay in a process of its own, so that its processor time is its own: passes each task at once, or not at all
// through a gate, and says what it has used.

import { ExecutorRelay } from '../../packages/spark-rpc/dist/index.js';

const [driverPort = '', authentication = ''] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn: console.error, error: console.error, child: () => silent };
const KILL_TASK = {
  has: () => true,
  hasReadResolve: () => false,
  descriptor() {
    throw new Error('nothing is killed here');
  },
};
let ended = 0;
const relay = await ExecutorRelay.listen({
  host: '127.0.0.1',
  port: 0,
  driver: { host: '127.0.0.1', port: Number(driverPort) },
  classPath: { descriptors: () => Promise.resolve(KILL_TASK) },
  logger: silent,
  gate: {
    executorConnected() {},
    executorDisconnected() {},
    taskHeld: ({ executorId, taskId }) => relay.pass(executorId, taskId),
    killTask() {},
    taskEnded() {
      ended += 1;
    },
  },
  ...(authentication === '' ? {} : { authentication: JSON.parse(authentication) }),
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const { rss } = process.memoryUsage();
  process.send?.({ cpuMs: (user + system) / 1000, ended, rss });
});
process.on('disconnect', () => process.exit());
process.send?.({ port: relay.address.port });
