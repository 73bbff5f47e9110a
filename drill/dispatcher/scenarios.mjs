// What goes wrong beside the dispatcher, one way in each scenario.

import { setTimeout as delay } from 'node:timers/promises';

/**
 * @typedef {import('./scene.mjs').Scene} Scene
 *
 * @typedef {object} Scenario
 * @property {string} title
 * @property {number} weight how many of a hundred runs
 * @property {'files' | 'small disk' | 'ZooKeeper'} store
 * @property {number} [dispatchers] default 1
 * @property {readonly [least: number, most: number]} [jobs] default 3 to 5
 * @property {boolean} [machinesFail] whether drivers may go with their machine
 * @property {(scene: Scene) => Promise<void>} disturb returns when everything is well again
 */

const AGENTS = 2;
/** Longer than a session lives that is not heard of. */
const SLEEP_MS = 5000;
const LONGEST_FULL_MS = 4000;

/** @param {Scene} scene */
const pause = ({ random }, first = 50, last = 700) => delay(random.between(first, last));

/** An agent goes in a way, and comes back. @param {'stopAgent' | 'loseAgent'} how @returns {Scenario['disturb']} */
const agentGoes = (how) => async (scene) => {
  const { mesos, random } = scene;
  for (let times = random.between(1, 2); times > 0; times -= 1) {
    const index = random.below(AGENTS);
    await pause(scene);
    await mesos[how](index);
    await pause(scene, 50, 1200);
    await mesos.returnAgent(index);
  }
};

/** @type {Readonly<Record<string, Scenario>>} */
export const SCENARIOS = {
  kill: {
    title: 'dispatcher killed',
    weight: 28,
    store: 'files',
    disturb: async () => {},
  },
  master: {
    title: 'and the master fails over',
    weight: 16,
    store: 'files',
    async disturb(scene) {
      for (let times = scene.random.between(1, 3); times > 0; times -= 1) {
        await pause(scene);
        await scene.mesos.failOver();
      }
    },
  },
  agent: {
    title: 'and an agent is cut off and comes back',
    weight: 14,
    store: 'files',
    disturb: agentGoes('stopAgent'),
  },
  machine: {
    title: "and an agent's machine fails and comes back",
    weight: 10,
    store: 'files',
    machinesFail: true,
    disturb: agentGoes('loseAgent'),
  },
  updates: {
    title: 'and updates are lost and come twice',
    weight: 12,
    store: 'files',
    async disturb(scene) {
      const { mesos, random } = scene;
      for (let times = random.between(2, 6); times > 0; times -= 1) {
        if (random.chance(0.5)) await mesos.loseUpdates(random.between(1, 3));
        else await mesos.duplicateUpdates(random.between(1, 4));
        if (random.chance(0.3)) await mesos.dropStreams();
        await pause(scene, 50, 400);
      }
      await mesos.loseUpdates(0);
    },
  },
  disk: {
    title: 'and the disk is full',
    weight: 8,
    store: 'small disk',
    // Each takes a part of the last page that the file has.
    jobs: [8, 10],
    async disturb(scene) {
      const { disk, client } = scene;
      await pause(scene, 0, 400);
      await disk?.fill();
      const { refusals } = client;
      const deadline = Date.now() + LONGEST_FULL_MS;
      while (client.refusals === refusals && Date.now() < deadline) await delay(50);
      await pause(scene, 0, 800);
      await disk?.empty();
    },
  },
  zookeeper: {
    title: 'and ZooKeeper starts again',
    weight: 6,
    store: 'ZooKeeper',
    async disturb(scene) {
      await pause(scene, 100, 1500);
      await scene.zooKeeper?.stop();
      await pause(scene, 0, 500);
      await scene.zooKeeper?.resume();
    },
  },
  session: {
    title: 'and its session with ZooKeeper is over',
    weight: 6,
    store: 'ZooKeeper',
    dispatchers: 2,
    async disturb(scene) {
      const { random, zooKeeper, zooKeeperFolder, keepers } = scene;
      await pause(scene, 100, 1500);
      if (random.chance(0.5)) {
        await zooKeeper?.expireSessions(`${zooKeeperFolder}/election`);
        return;
      }
      const keeper = random.pick(keepers);
      keeper.pause();
      await delay(SLEEP_MS);
      keeper.wakeUp();
    },
  },
};

/**
 * Which scenario each run has: each at least once where there are enough runs, else the first ones.
 * @param {number} runs
 * @param {readonly string[]} names
 */
export function scenariosOf(runs, names) {
  const total = names.reduce((sum, name) => sum + (SCENARIOS[name]?.weight ?? 0), 0);
  const shares = names.map((name) =>
    Math.max(1, Math.floor(((SCENARIOS[name]?.weight ?? 0) * runs) / total)),
  );
  const list = names.flatMap((name, index) => Array.from({ length: shares[index] ?? 0 }, () => name));
  while (list.length < runs) list.push(names[0] ?? '');
  // Those that take longest first, so that in the end all lanes are busy.
  return list.slice(0, runs).sort((one, other) => slowness(other) - slowness(one));
}

/** @param {string} name */
const slowness = (name) => Number(SCENARIOS[name]?.store === 'ZooKeeper');
