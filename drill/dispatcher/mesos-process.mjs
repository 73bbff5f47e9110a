// An embedded Mesos in a process of its own, so that what happens to a dispatcher does not happen to it. Its parent
// asks by messages { id, name, words } and gets { id, result } or { id, problem }. Its argument is what differs from the
// cluster below, in JSON.

import { LocalCluster } from '@spark-mesos/mesos-local';

const AGENTS = 2;
/** Its time runs faster: an update that was lost comes again after half a second. */
const SPEED = 20;

const cluster = await LocalCluster.start({
  agents: Array.from({ length: AGENTS }, (_, index) => ({
    cpus: 4,
    memMiB: 8192,
    hostname: `agent-${index}`,
  })),
  masters: 2,
  speed: SPEED,
  // An agent that stays away is given up after half a second.
  agentPingTimeoutMs: 2000,
  maxAgentPingTimeouts: 5,
  ...JSON.parse(process.argv[2] ?? '{}'),
});
const { faults } = cluster;
const idOf = (/** @type {number} */ index) => cluster.agents[index]?.id ?? '';

/** The master that led dies, and the other one takes over; then it comes back and stands by. */
async function failOver() {
  await faults.stopMaster();
  await faults.startMaster();
}

/** @param {string} name of a framework */
function frameworksNamed(name) {
  const { frameworks, completed_frameworks: ended } = cluster.state();
  const view = (/** @type {boolean} */ isActive) => (/** @type {typeof frameworks[number]} */ framework) => ({
    id: framework.id,
    isActive,
    openTasks: framework.tasks.length,
  });
  return [...frameworks.map(view(true)), ...ended.map(view(false))].filter(
    (_, index) => [...frameworks, ...ended][index]?.name === name,
  );
}

/** @param {string} frameworkId */
async function teardown(frameworkId) {
  const body = new URLSearchParams({ frameworkId });
  const { status } = await fetch(`${cluster.master.url}/teardown`, { method: 'POST', body });
  if (status !== 200) throw new Error(`the master has answered ${status}`);
}

/** @type {Record<string, (...words: any[]) => unknown>} */
const ANSWERS = {
  masters: () => cluster.masters.map(({ host, port }) => `${host}:${port}`),
  failOver,
  stopAgent: (index) => faults.stopAgent(idOf(index)),
  loseAgent: (index) => faults.loseAgent(idOf(index)),
  returnAgent: (index) => faults.returnAgent(idOf(index)),
  loseUpdates: (count) => faults.loseUpdates(count),
  duplicateUpdates: (count) => faults.duplicateUpdates(count),
  dropStreams: () => faults.dropStreams(),
  teardown,
  frameworksNamed,
};

process.on('message', async (message) => {
  const { id, name, words } = /** @type {{ id: number, name: string, words: unknown[] }} */ (message);
  try {
    const result = await ANSWERS[name]?.(...words);
    process.send?.({ id, result });
  } catch (error) {
    process.send?.({ id, problem: String(error) });
  }
});
process.on('disconnect', async () => {
  await cluster.close();
  process.exit(0);
});
process.send?.({ id: 0 });
