// What the jobs of a soak run on: an embedded Mesos with two masters, a dispatcher, a standing gateway and a shuffle
// service. Each is a process of its own that is as it would be anywhere else; the services are started again when they
// die.

import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Keeper } from '../drill/dispatcher/keeper.mjs';
import { startMesos } from '../drill/dispatcher/mesos.mjs';
import { freePort } from '../scripts/support/free-port.mjs';
import { processesWith } from '../scripts/support/processes.mjs';

const HEAP_PROBE = new URL('heap-probe.mjs', import.meta.url).href;
const command = (/** @type {string} */ path) => fileURLToPath(new URL(`../apps/${path}`, import.meta.url));

export const SPARK_MESOS = command('submit/bin/spark-mesos.js');
const DISPATCHER = command('dispatcher/bin/spark-mesos-dispatcher.js');
const SHUFFLE_SERVICE = command('shuffle-service/bin/spark-mesos-shuffle-service.js');

export const AGENTS = 3;
/** Room for the drivers and executors of all lanes when one of them is away. */
const AGENT = { cpus: 6, memMiB: 16_384 };

const LONGEST_START_MS = 60_000;
const LOOK_MS = 100;
/** How many drivers that have ended are known at most; with more, a growth of the heap would be no leak. */
const RETAINED = 20;

/** @typedef {'dispatcher' | 'gateway' | 'shuffle service'} ServiceName */
/** @typedef {Awaited<ReturnType<typeof openWorld>>} World */

/**
 * @param {object} options
 * @param {readonly string[]} options.sparkHomes
 * @param {string | undefined} options.javaHome
 */
export async function openWorld({ sparkHomes, javaHome }) {
  const folder = await mkdtemp(join(tmpdir(), 'spark-mesos-soak-'));
  const places = {
    folder,
    /** Sandboxes, and whatever our processes keep for a while. */
    temporary: join(folder, 'temporary'),
    logs: join(folder, 'logs'),
    /** Files that executors leave to the shuffle service. */
    scratch: join(folder, 'scratch'),
    state: join(folder, 'state'),
    jobs: join(folder, 'jobs'),
    /** Where gateways tell `explain` that they are there. */
    runtime: join(folder, 'runtime'),
  };
  await Promise.all(Object.values(places).map((place) => mkdir(place, { recursive: true, mode: 0o700 })));
  const [sparkHome = ''] = sparkHomes;
  const { PATH = '', HOME = '', LANG } = process.env;
  const environment = {
    PATH,
    HOME,
    ...(LANG === undefined ? {} : { LANG }),
    ...(javaHome === undefined ? {} : { JAVA_HOME: javaHome }),
    SPARK_HOME: sparkHome,
    TMPDIR: places.temporary,
    XDG_RUNTIME_DIR: places.runtime,
  };
  const probeFile = (/** @type {string} */ name) => join(places.logs, `${name.replaceAll(' ', '-')}.heap`);
  const probed = (/** @type {string} */ name) => ({ SOAK_PROBE: probeFile(name) });
  const probe = ['--expose-gc', '--import', HEAP_PROBE];
  const executorEnvironment = javaHome === undefined ? {} : { JAVA_HOME: javaHome };
  const agents = Array.from({ length: AGENTS }, (_, index) => ({
    ...AGENT,
    hostname: 'localhost',
    attributes: { number: String(index) },
    executorEnvironment,
  }));
  const mesos = await startMesos(
    { temporary: places.temporary, log: join(places.logs, 'mesos.log') },
    // An agent that has stopped is given up after some seconds.
    { agents, speed: 2, agentPingTimeoutMs: 2000, maxAgentPingTimeouts: 5 },
    { execArgv: probe, environment: { ...environment, ...probed('mesos') } },
  );
  const [dispatcherPort, webPort, gatewayPort, shufflePort] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const sparks = sparkHomes.flatMap((home) => ['--spark-home', home]);
  const never = () => undefined;
  /**
   * @param {ServiceName} name
   * @param {string} program
   * @param {readonly string[]} words
   * @param {RegExp} ready with the address in it
   */
  const keeper = (name, program, words, ready) =>
    new Keeper({
      name: name.replaceAll(' ', '-'),
      folder: places.logs,
      words,
      environment: { ...environment, ...probed(name) },
      nextOrder: never,
      program: [...probe, program],
      addressIn: (line) => ready.exec(line)?.[1],
    });
  const at = (/** @type {string} */ name) => join(places.state, name);
  const listen = ['--host', '127.0.0.1'];
  /** @type {Record<ServiceName, Keeper>} */
  const services = {
    dispatcher: keeper(
      'dispatcher',
      DISPATCHER,
      [
        ...['--master', mesos.master, ...listen, '--port', `${dispatcherPort}`, '--webui-port', `${webPort}`],
        ...['--work-dir', at('dispatcher'), ...sparks, '--name', 'soak'],
        ...['--conf', `spark.mesos.retainedDrivers=${RETAINED}`],
      ],
      /"url":"spark:\/\/([^"]+)".*the dispatcher is ready/,
    ),
    gateway: keeper(
      'gateway',
      SPARK_MESOS,
      [
        ...['gateway', '--master', mesos.master, ...listen, '--port', `${gatewayPort}`],
        ...['--work-dir', at('gateway'), ...sparks, '--json'],
      ],
      /the gateway takes drivers: --master spark:\/\/([^ "]+)/,
    ),
    'shuffle service': keeper(
      'shuffle service',
      SHUFFLE_SERVICE,
      [
        ...[...listen, '--work-dir', at('shuffle-service'), '--metrics-port', '0'],
        ...['--conf', `spark.shuffle.service.port=${shufflePort}`],
        ...['--conf', `spark.local.dir=${places.scratch}`],
      ],
      /"port":(\d+).*"the shuffle service is ready"/,
    ),
  };
  for (const service of Object.values(services)) service.start();
  const world = {
    places,
    environment,
    mesos,
    services,
    shufflePort,
    dispatcherUrl: `http://127.0.0.1:${dispatcherPort}`,
    gatewayUrl: `spark://127.0.0.1:${gatewayPort}`,
    probeFile,
    /** The processes whose memory and descriptors are looked at. */
    watched: () =>
      [['mesos', mesos.pid], ...Object.entries(services).map(([name, { pid }]) => [name, pid])].map(
        ([name, pid]) => ({ name: String(name), pid: Number(pid) }),
      ),
    /** Ends everything and tells what is left. */
    async close() {
      await Promise.all(Object.values(services).map((service) => service.stop('SIGTERM')));
      await mesos.close();
      const left = processesWith(basename(folder)).map((found) => {
        process.kill(found.pid, 'SIGKILL');
        return `process ${found.pid} ${found.commandLine.slice(0, 150)}`;
      });
      const files = await readdir(places.temporary);
      return [...left, ...files.map((name) => `temporary file ${name}`)];
    },
  };
  const starting = Object.values(services).map(async (service) => {
    const deadline = Date.now() + LONGEST_START_MS;
    while (service.url === undefined && Date.now() < deadline) await delay(LOOK_MS);
    return service.url;
  });
  if ((await Promise.all(starting)).includes(undefined)) {
    await world.close();
    throw new Error(`a service does not start: ${places.logs}`);
  }
  return world;
}
