// A dispatcher with many drivers in its queue on clusters of several sizes.

import { setImmediate as turn } from 'node:timers/promises';
import { DispatcherCore } from '../../packages/cluster-dispatcher/dist/core/dispatcher-core.js';
import { submissionIdOfTask } from '../../packages/cluster-dispatcher/dist/index.js';
import { dispatcherRules } from '../../packages/cluster-dispatcher/dist/settings.js';
import { callOf } from '../../packages/cluster-dispatcher/dist/shell/calls.js';
import { taskMaker } from '../../packages/cluster-dispatcher/dist/shell/task-maker.js';
import { NOTHING_RECOVERED } from '../../packages/cluster-dispatcher/dist/store/recovery.js';
import { ResourceSet } from '../../packages/mesos-local/dist/resources/resource-set.js';
import { parseResources } from '../../packages/mesos-local/dist/resources/resource-text.js';
import { parseDispatcherSettings } from '../../packages/scheduler-utils/dist/index.js';
import { newMachine, offerOf, ROLE } from './machines.mjs';
import { releasedBytes } from './memory.mjs';
import { pick, randomNumbers } from './random.mjs';
import { processorMs, SimulatedFramework } from './simulated-framework.mjs';
import { SimulatedMesos } from './simulated-mesos.mjs';

const MASTER_URL = 'spark://gateway.example.org:7077';
const FRAMEWORK_ID = '9d1f6c1e-51c8-4d46-a9b0-0f4c2c3c1b7e-0001';
/** A driver runs for ten seconds to a minute. */
const lifeSeconds = (/** @type {() => number} */ random) => 10 + Math.floor(random() * 50);
/** Who waits for longer than this, waits for ever. */
const PATIENCE_SECONDS = 3600;
const OFFERS_IN_VAIN = 40;

/** Drivers as people submit them: of few sizes, and every tenth bound to a rack. @param {() => number} random */
function request(random) {
  const rack = Math.floor(random() * 10);
  return {
    appResource: 'https://files.example.org/jobs/report-2.1.jar',
    mainClass: 'org.example.reports.Daily',
    arguments: ['--day', '2026-01-02', '--region', pick(['north', 'south', 'east', 'west'], random)],
    environment: {},
    properties: {
      'spark.app.name': 'daily report',
      'spark.driver.cores': pick(['1', '1', '2'], random),
      'spark.driver.memory': pick(['1g', '2g', '4g'], random),
      'spark.executor.memory': '4g',
      'spark.executor.cores': '2',
      'spark.cores.max': '40',
      ...(random() < 0.1 ? { 'spark.mesos.driver.constraints': `rack:r${rack}` } : {}),
    },
  };
}

/** A dispatcher without any limit but the cluster. @param {() => number} random */
function newCore(random) {
  const parsed = parseDispatcherSettings({
    'spark.home': '/opt/spark',
    'spark.mesos.maxDrivers': '1000000',
    'spark.mesos.dispatcher.maxQueuedDrivers': '1000000',
  });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  const rules = dispatcherRules(parsed.settings);
  return new DispatcherCore({
    rules,
    makeTask: taskMaker(rules, () => MASTER_URL),
    recovered: { ...NOTHING_RECOVERED, frameworkId: FRAMEWORK_ID },
    nowMs: 0,
    random,
  });
}

/** What is told to a dispatcher whose store is always at once safe, and whose calls always arrive. @param {any} action */
function answerTo(action) {
  switch (action.kind) {
    case 'write':
      return { kind: 'written', token: action.token };
    case 'accept':
      return { kind: 'acceptSettled', taskIds: action.taskIds };
    case 'revive':
      return { kind: 'reviveSettled', ok: true };
    default:
      return undefined;
  }
}

/** Sees to it that nobody is overtaken by one who asks for the same and came later. */
class Order {
  /** @type {Map<object, number>} the last of each demand that was launched before */
  #last = new Map();
  /** @type {import('../../packages/cluster-dispatcher/dist/core/driver-record.js').DriverRecord[]} */
  #launched = [];

  /** @param {DispatcherCore} core @param {readonly string[]} taskIds */
  launched({ context }, taskIds) {
    for (const taskId of taskIds) {
      const id = submissionIdOfTask(/** @type {any} */ (taskId));
      const record = context.fleet.records.get(id);
      if (record === undefined) throw new Error(`${taskId} was launched and never submitted`);
      this.#launched.push(record);
    }
  }

  /** The offers of one moment are all dealt with: among those it does not matter who comes first. */
  check() {
    for (const { id, demand, sequence } of this.#launched) {
      if (sequence < (this.#last.get(demand) ?? -1)) throw new Error(`${id} was overtaken`);
    }
    for (const { demand, sequence } of this.#launched) {
      this.#last.set(demand, Math.max(sequence, this.#last.get(demand) ?? -1));
    }
    this.#launched = [];
  }
}

/**
 * A dispatcher with so many drivers in its queue, not subscribed yet.
 * @param {{ machines: number, drivers: number, seed: number }} options
 */
export function queue({ machines, drivers, seed }) {
  const random = randomNumbers(seed);
  const mesos = new SimulatedMesos({ machines, seed, lifeSeconds });
  const core = newCore(random);
  const order = new Order();
  const dispatcher = new SimulatedFramework({
    id: FRAMEWORK_ID,
    core,
    mesos,
    callOf,
    answerTo: (action) => {
      if (action.kind === 'accept') order.launched(core, action.taskIds);
      return answerTo(action);
    },
  });
  for (let ticket = 0; ticket < drivers; ticket += 1) {
    dispatcher.handle({ kind: 'submit', ticket, request: request(random), options: {} });
  }
  const queued = core.context.fleet.lines.size;
  if (queued !== drivers) throw new Error(`${queued} of ${drivers} drivers are queued`);
  return { mesos, core, dispatcher, order, drivers, submittedMs: dispatcher.spentMs };
}

/** @typedef {ReturnType<typeof queue>} Queue */

/** Lets a queue run until all have been launched. @param {Queue} queued */
export async function drain({ mesos, core, dispatcher, order, drivers, submittedMs }) {
  mesos.subscribe(dispatcher);
  let seconds = 0;
  while (dispatcher.launched < drivers) {
    mesos.tick();
    order.check();
    await turn();
    seconds += 1;
    if (seconds > PATIENCE_SECONDS) throw new Error(`${core.context.fleet.lines.size} drivers wait for ever`);
  }
  return { seconds, cpuMs: dispatcher.spentMs - submittedMs };
}

/** How many milliseconds each of some offers takes that suits none of those that wait. @param {Queue} queued */
export function offersInVain({ mesos, core }) {
  core.handle({ kind: 'subscribed', frameworkId: FRAMEWORK_ID }, mesos.nowMs);
  const machine = newMachine(0, () => 0);
  const resources = ResourceSet.of(parseResources('cpus:0.5;mem:256')).allocatedTo(ROLE);
  return Array.from({ length: OFFERS_IN_VAIN }, (_, index) => {
    const offer = offerOf({ id: `vain-${index}`, frameworkId: FRAMEWORK_ID, machine, resources });
    const from = process.cpuUsage();
    const actions = core.handle({ kind: 'offers', offers: [offer] }, mesos.nowMs + 1);
    const tookMs = processorMs(from);
    if (!actions.some(({ kind }) => kind === 'decline'))
      throw new Error('an offer that suits nobody was taken');
    return tookMs;
  });
}

/** The bytes of a driver that waits. @param {{ drivers: number, seed: number }} options */
export function waitingBytes(options) {
  const cores = (() => [queue({ machines: 0, ...options }).core])();
  return releasedBytes(cores) / options.drivers;
}
