// Another framework, which wants cores as soon as it is there, and keeps them.

import {
  acceptCall,
  declineCall,
  launchOperation,
  SchedulerClient,
} from '../../packages/mesos-client/dist/index.js';

/**
 * How long a framework that comes now waits for so many cores, in ms: each of them its own task.
 * @param {{ master: string, cores: number, patienceMs: number }} options
 */
export async function timeRival({ master, cores, patienceMs }) {
  const client = new SchedulerClient({ master, framework: { user: '', name: 'rival' } });
  const startedMs = performance.now();
  const timer = setTimeout(() => void client.teardown(), patienceMs);
  let held = 0;
  let tookMs = Number.POSITIVE_INFINITY;
  for await (const event of client.events()) {
    const offers = event.kind === 'mesos' ? (event.event.offers?.offers ?? []) : [];
    for (const offer of offers) {
      const has = Math.floor(amount(offer, 'cpus'));
      const count = Math.min(has, cores - held);
      if (count < 1) {
        await client.call(declineCall([offer.id.value], 0));
        continue;
      }
      const tasks = Array.from({ length: count }, (_, index) => taskOf(offer, held + index));
      await client.call(acceptCall([offer.id.value], [launchOperation(tasks)], 0));
      held += count;
      if (held === cores) {
        tookMs = performance.now() - startedMs;
        clearTimeout(timer);
        await client.teardown();
      }
    }
  }
  return tookMs;
}

/** @param {any} offer @param {string} name */
function amount(offer, name) {
  return (offer.resources ?? [])
    .filter((/** @type {any} */ resource) => resource.name === name)
    .reduce(
      (/** @type {number} */ sum, /** @type {any} */ resource) => sum + (resource.scalar?.value ?? 0),
      0,
    );
}

/** @param {any} offer @param {number} index */
function taskOf(offer, index) {
  return {
    name: 'rival',
    taskId: { value: `rival-${index}` },
    agentId: offer.agentId,
    // Whatever memory is free may just be offered to somebody else.
    resources: [{ name: 'cpus', type: 0, scalar: { value: 1 } }],
    command: { shell: false, value: '/bin/sleep', arguments: ['sleep', '600'] },
  };
}
