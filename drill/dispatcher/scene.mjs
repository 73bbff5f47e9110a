// What a run takes place on: a state somewhere, dispatchers that are kept running, and whoever asks them.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from './client.mjs';
import { smallDisk } from './disk.mjs';
import { Keeper } from './keeper.mjs';

/** After this, what has not ended is lost. */
const LONGEST_RUN_MS = 240_000;

/**
 * @typedef {object} Places
 * @property {string} folder of the run
 * @property {string} sparkHome the one that is none
 * @property {import('./mesos.mjs').Mesos} mesos
 * @property {() => Promise<import('@spark-mesos/durable-store/testing').ZooKeeperTestServer>} zooKeeper
 *
 * @typedef {Awaited<ReturnType<typeof openScene>>} Scene
 */

/**
 * @param {import('./run.mjs').Plan} plan
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {Places} places
 */
export async function openScene(plan, scenario, { folder, sparkHome, mesos, zooKeeper: openZooKeeper }) {
  await mkdir(folder, { recursive: true });
  const jar = join(folder, 'app.jar');
  await writeFile(jar, 'no jar');
  const isOnDisk = scenario.store === 'small disk';
  const disk = isOnDisk ? await smallDisk(join(folder, 'disk'), join(folder, 'disk-is-full')) : undefined;
  const zooKeeper = scenario.store === 'ZooKeeper' ? await openZooKeeper() : undefined;
  const zooKeeperFolder = `/${plan.name}`;
  const words = [
    ...['--master', mesos.master, '--host', '127.0.0.1', '--port', '0', '--webui-port', '0'],
    ...['--work-dir', disk?.folder ?? join(folder, 'state'), '--spark-home', sparkHome, '--name', plan.name],
    ...['--conf', 'spark.mesos.rejectOfferDuration=1s', '--log-level', 'debug'],
    ...(zooKeeper === undefined
      ? []
      : ['--zk', zooKeeper.address, '--conf', `spark.deploy.zookeeper.dir=${zooKeeperFolder}`]),
  ];
  const environment = {
    ...disk?.environment,
    ...(plan.points === undefined ? {} : { DRILL_POINTS: plan.points }),
  };
  const keepers = Array.from({ length: scenario.dispatchers ?? 1 }, (_, index) => {
    const name = `dispatcher-${index + 1}`;
    const { nextOrder } = plan;
    const mayLackState = scenario.store !== 'files';
    return new Keeper({ name, folder, words, environment, nextOrder, mayLackState });
  });
  const deadline = Date.now() + LONGEST_RUN_MS;
  const isOver = () => Date.now() > deadline || keepers.every(({ isGivenUp }) => isGivenUp);
  let turn = 0;
  const client = new Client(() => {
    turn += 1;
    const urls = keepers.flatMap(({ url }) => url ?? []);
    return urls[turn % Math.max(1, urls.length)];
  }, isOver);
  const { random } = plan;
  const records = join(folder, 'records');
  return {
    folder,
    sparkHome,
    jar,
    records,
    random,
    mesos,
    disk,
    zooKeeper,
    zooKeeperFolder,
    keepers,
    client,
    isOver,
  };
}
