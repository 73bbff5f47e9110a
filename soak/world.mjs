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

/**
 * @typedef {'dispatcher' | 'gateway' | 'shuffle service'} ServiceName
 * @typedef {Awaited<ReturnType<typeof makePlaces>>} Places
 * @typedef {Awaited<ReturnType<typeof freePorts>>} Ports
 * @typedef {Readonly<Record<string, string>>} Environment
 * @typedef {Awaited<ReturnType<typeof openWorld>>} World
 */

async function makePlaces() {
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
  return places;
}

/** Services have the same ones again after they were killed. */
async function freePorts() {
  const [dispatcher, web, gateway, shuffle] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  return { dispatcher, web, gateway, shuffle };
}

/**
 * @param {Places} places
 * @param {string} sparkHome
 * @param {string | undefined} javaHome
 * @returns {Environment}
 */
function environmentOf(places, sparkHome, javaHome) {
  const { PATH = '', HOME = '', LANG } = process.env;
  return {
    PATH,
    HOME,
    ...(LANG === undefined ? {} : { LANG }),
    ...(javaHome === undefined ? {} : { JAVA_HOME: javaHome }),
    SPARK_HOME: sparkHome,
    TMPDIR: places.temporary,
    XDG_RUNTIME_DIR: places.runtime,
  };
}

/** What Node is given in front of each of our programs. */
const PROBE = ['--expose-gc', '--import', HEAP_PROBE];

/** Where a process writes down its memory. @param {Places} places @param {string} name */
const probeFile = ({ logs }, name) => join(logs, `${name.replaceAll(' ', '-')}.heap`);

/**
 * @param {Places} places
 * @param {Environment} environment
 * @param {string | undefined} javaHome
 */
function startCluster(places, environment, javaHome) {
  const executorEnvironment = javaHome === undefined ? {} : { JAVA_HOME: javaHome };
  const agents = Array.from({ length: AGENTS }, () => ({
    ...AGENT,
    hostname: 'localhost',
    executorEnvironment,
  }));
  return startMesos(
    { temporary: places.temporary, log: join(places.logs, 'mesos.log') },
    // An agent that has stopped is given up after some seconds.
    { agents, speed: 2, agentPingTimeoutMs: 2000, maxAgentPingTimeouts: 5 },
    { execArgv: PROBE, environment: { ...environment, SOAK_PROBE: probeFile(places, 'mesos') } },
  );
}

/**
 * @param {object} surroundings
 * @param {Places} surroundings.places
 * @param {Ports} surroundings.ports
 * @param {Environment} surroundings.environment
 * @param {string} surroundings.master
 * @param {readonly string[]} surroundings.sparkHomes
 * @returns {Record<ServiceName, Keeper>}
 */
function keepServices({ places, ports, environment, master, sparkHomes }) {
  const sparks = sparkHomes.flatMap((home) => ['--spark-home', home]);
  const at = (/** @type {string} */ name) => join(places.state, name);
  const listen = ['--host', '127.0.0.1'];
  /**
   * @param {ServiceName} name
   * @param {string} program
   * @param {RegExp} ready with the address in it
   * @param {readonly string[]} words
   */
  const keeper = (name, program, ready, words) =>
    new Keeper({
      name: name.replaceAll(' ', '-'),
      folder: places.logs,
      words,
      environment: { ...environment, SOAK_PROBE: probeFile(places, name) },
      nextOrder: () => undefined,
      program: [...PROBE, program],
      addressIn: (line) => ready.exec(line)?.[1],
    });
  return {
    dispatcher: keeper('dispatcher', DISPATCHER, /"url":"spark:\/\/([^"]+)".*the dispatcher is ready/, [
      ...['--master', master, ...listen, '--port', `${ports.dispatcher}`, '--webui-port', `${ports.web}`],
      ...['--work-dir', at('dispatcher'), ...sparks, '--name', 'soak'],
      ...['--conf', `spark.mesos.retainedDrivers=${RETAINED}`],
    ]),
    gateway: keeper('gateway', SPARK_MESOS, /the gateway takes drivers: --master spark:\/\/([^ "]+)/, [
      ...['gateway', '--master', master, ...listen, '--port', `${ports.gateway}`],
      ...['--work-dir', at('gateway'), ...sparks, '--json'],
    ]),
    'shuffle service': keeper(
      'shuffle service',
      SHUFFLE_SERVICE,
      /"port":(\d+).*"the shuffle service is ready"/,
      [
        ...[...listen, '--work-dir', at('shuffle-service'), '--metrics-port', '0'],
        ...['--conf', `spark.shuffle.service.port=${ports.shuffle}`],
        ...['--conf', `spark.local.dir=${places.scratch}`],
      ],
    ),
  };
}

/** @param {Keeper} service */
async function isUp(service) {
  const deadline = Date.now() + LONGEST_START_MS;
  while (service.url === undefined && Date.now() < deadline) await delay(LOOK_MS);
  return service.url !== undefined;
}

/**
 * @param {object} options
 * @param {readonly string[]} options.sparkHomes
 * @param {string | undefined} options.javaHome
 */
export async function openWorld({ sparkHomes, javaHome }) {
  const places = await makePlaces();
  const environment = environmentOf(places, sparkHomes[0] ?? '', javaHome);
  const mesos = await startCluster(places, environment, javaHome);
  const ports = await freePorts();
  const services = keepServices({ places, ports, environment, master: mesos.master, sparkHomes });
  for (const service of Object.values(services)) service.start();
  const world = {
    places,
    environment,
    mesos,
    services,
    shufflePort: ports.shuffle,
    dispatcherUrl: `http://127.0.0.1:${ports.dispatcher}`,
    gatewayUrl: `spark://127.0.0.1:${ports.gateway}`,
    /** Those of our processes that are there, and where they write down their memory. */
    watched: () =>
      Object.entries({ mesos, ...services }).map(([name, { pid = 0 }]) => {
        return { name, pid, file: probeFile(places, name) };
      }),
    /** Ends everything and tells what is left. */
    async close() {
      await Promise.all(Object.values(services).map((service) => service.stop('SIGTERM')));
      await mesos.close();
      const left = processesWith(basename(places.folder)).map((found) => {
        process.kill(found.pid, 'SIGKILL');
        return `process ${found.pid} ${found.commandLine.slice(0, 150)}`;
      });
      const files = await readdir(places.temporary);
      return [...left, ...files.map((name) => `temporary file ${name}`)];
    },
  };
  const up = await Promise.all(Object.values(services).map(isUp));
  if (up.includes(false)) {
    await world.close();
    throw new Error(`a service does not start: ${places.logs}`);
  }
  return world;
}
