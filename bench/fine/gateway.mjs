// The gateway of the bench, a process of its own, so that its processor time is its own. Told over IPC: `begin` counts
// from here on, `figures` says what came of it, `gated` and `ungated` whether tasks wait for their cores, `close` ends it.

import { FineBackend } from '../../packages/fine-backend/dist/index.js';
import { SparkGateway } from '../../packages/spark-gateway/dist/index.js';
import { ExecutorRelay } from '../../packages/spark-rpc/dist/index.js';

const { hold, ended, killed } = FineBackend.prototype;
const { pass } = ExecutorRelay.prototype;
/** @type {Map<number, number>} */
const heldSince = new Map();
/** @type {number[]} */
let heldMs = [];
/** @type {ExecutorRelay | undefined} */
let relay;
let isGated = true;
let cpu = process.cpuUsage();

const { listen } = ExecutorRelay;
ExecutorRelay.listen = async (options) => {
  relay = await listen(options);
  return relay;
};
ExecutorRelay.prototype.pass = function (executorId, taskId) {
  heldMs.push(performance.now() - (heldSince.get(taskId) ?? 0));
  heldSince.delete(taskId);
  return pass.call(this, executorId, taskId);
};
FineBackend.prototype.hold = function (task) {
  heldSince.set(Number(task.taskId), performance.now());
  if (isGated) hold.call(this, task);
  else relay?.pass(String(task.executorId), Number(task.taskId));
};
FineBackend.prototype.ended = function (taskId, end) {
  if (isGated) ended.call(this, taskId, end);
};
FineBackend.prototype.killed = function (taskId) {
  if (isGated) killed.call(this, taskId);
};

const [master = '', sparkHome = ''] = process.argv.slice(2);
const gateway = await SparkGateway.start({ master, sparkHome });
process.send?.({ url: gateway.url });

// Whoever asked is gone: nobody needs it any more.
process.on('disconnect', () => process.exit());
process.on('message', async (request) => {
  if (request === 'begin') {
    heldMs = [];
    cpu = process.cpuUsage();
  } else if (request === 'gated' || request === 'ungated') {
    isGated = request === 'gated';
  } else if (request === 'close') {
    await gateway.close();
    process.disconnect();
    return;
  }
  const { user, system } = process.cpuUsage(cpu);
  const held = [...heldMs].sort((a, b) => a - b);
  process.send?.({
    cpuMs: (user + system) / 1000,
    tasks: held.length,
    heldP50Ms: held[held.length >> 1] ?? 0,
    heldP99Ms: held[Math.floor(held.length * 0.99)] ?? 0,
  });
});
