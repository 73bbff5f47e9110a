// Our side: the decisions of coarse mode, with the commands that the gateway makes for executors.

import { CoarseScheduler, DEFAULT_COARSE_SETTINGS } from '../../packages/coarse-backend/dist/index.js';
import { callOf } from '../../packages/coarse-backend/dist/shell/calls.js';
import { parseConstraints, parseSettings } from '../../packages/scheduler-utils/dist/index.js';
import { executorLauncher } from '../../packages/spark-gateway/dist/executor-launch.js';
import { CONSTRAINTS, EXECUTOR, ROLE } from './offers.mjs';

/** @typedef {import('../../packages/mesos-proto/dist/index.js').mesos.v1.IOffer} Offer */
/** @typedef {import('../../packages/coarse-backend/dist/index.js').CoarseEffect} CoarseEffect */

const FRAMEWORK_ID = '5f0c9a0e-7c0b-4f39-9f4b-0d5e0a6b1c11-0001';
const NOW_MS = 1_000_000;

/** What the launch of an executor is made from: a Spark 3.5 application as it registers. @param {string} applicationId */
function launchContext(applicationId) {
  const parsed = parseSettings(new Map([['spark.mesos.executor.home', '/opt/spark']]), { environment: {} });
  if (!parsed.ok) throw new Error('the settings of the bench are wrong');
  const driverUrl = 'spark://CoarseGrainedScheduler@127.0.0.1:40001';
  const javaOpts = ['-Dspark.driver.port=40001', '-Djava.net.preferIPv6Addresses=false'];
  const words = ['--driver-url', driverUrl, '--executor-id', '{{EXECUTOR_ID}}', '--hostname', '{{HOSTNAME}}'];
  return {
    application: {
      name: 'offers',
      user: 'bench',
      appUiUrl: '',
      command: {
        mainClass: 'org.apache.spark.executor.CoarseGrainedExecutorBackend',
        arguments: [...words, '--cores', '{{CORES}}', '--app-id', '{{APP_ID}}'],
        environment: new Map([['SPARK_USER', 'bench']]),
        classPathEntries: [],
        libraryPathEntries: [],
        javaOpts,
      },
      defaultProfile: { id: 0, otherResources: new Map() },
    },
    applicationId,
    settings: parsed.settings,
    sparkHome: '/opt/spark',
    sparkVersion: '3.5.6',
    baseEnvironment: new Map(),
    authentication: new Map(),
    // Executors get links to their logs, which the peer's do not.
    agents: { urlOf: () => 'http://agent.example.org:5051' },
    profileOf: () => undefined,
  };
}

/**
 * The commands that the gateway makes for executors of an application.
 * @param {string} applicationId
 * @returns {import('../../packages/coarse-backend/dist/index.js').CoarseApplication['launch']}
 */
export function executorLaunch(applicationId) {
  return executorLauncher(/** @type {any} */ (launchContext(applicationId)));
}

/**
 * A scheduler in the state in which a run begins: subscribed, with executors that run.
 * @param {{ coresMax: number | undefined, limit: number | undefined, running: readonly Offer[] }} scenario
 */
function scheduler({ coresMax, limit, running }) {
  const made = new CoarseScheduler({
    settings: {
      ...DEFAULT_COARSE_SETTINGS,
      role: ROLE,
      coresMax,
      constraints: parseConstraints(CONSTRAINTS),
    },
    taskIdPrefix: '0123456789abcdef',
    launch: executorLaunch(FRAMEWORK_ID),
  });
  const { cores, memoryMiB } = EXECUTOR;
  made.handle({ kind: 'subscribed', frameworkId: FRAMEWORK_ID }, NOW_MS);
  made.handle({ kind: 'executorTotals', totals: new Map([[0, { cores, memoryMiB }]]) }, NOW_MS);
  const launched = launchesOf(made.handle({ kind: 'offers', offers: running }, NOW_MS));
  if (launched !== running.length) throw new Error(`${launched} of ${running.length} executors run`);
  if (limit !== undefined) {
    const totals = new Map([[0, { cores, memoryMiB, total: limit }]]);
    made.handle({ kind: 'executorTotals', totals }, NOW_MS);
  }
  return made;
}

/** How many executors are launched. @param {readonly CoarseEffect[]} effects */
function launchesOf(effects) {
  return effects.reduce((sum, effect) => sum + (effect.kind === 'accept' ? effect.size : 0), 0);
}

/**
 * Makes the ACCEPT of each launch, with all of its tasks, and drops it, as the shell does that sends one after another.
 * @param {readonly CoarseEffect[]} effects
 */
function makeAccepts(effects) {
  let tasks = 0;
  for (const effect of effects) {
    if (effect.kind === 'accept')
      tasks += callOf(effect)?.accept?.operations?.[0]?.launch?.taskInfos?.length ?? 0;
  }
  return tasks;
}

/**
 * Decides on offers, so many times, each time from the beginning; the decisions are timed, and that what is launched
 * is written into calls.
 * @param {Parameters<typeof scheduler>[0]} scenario
 * @param {readonly Offer[]} offers
 * @param {number} times
 */
export function decide(scenario, offers, times) {
  let tookMs = 0;
  /** @type {readonly CoarseEffect[]} */
  let effects = [];
  for (let time = 0; time < times; time += 1) {
    const fresh = scheduler(scenario);
    const started = performance.now();
    effects = fresh.handle({ kind: 'offers', offers }, NOW_MS + 1);
    const launched = makeAccepts(effects);
    tookMs += performance.now() - started;
    if (launched !== launchesOf(effects)) throw new Error('a launch was not called for');
  }
  return { tookMs, effects };
}

/**
 * What was decided, an offer a line, in the words of the peer.
 * @param {readonly CoarseEffect[]} effects
 * @param {readonly Offer[]} offers
 */
export function decisions(effects, offers) {
  /** @type {Map<string, string>} */
  const byOffer = new Map();
  for (const effect of effects) {
    if (effect.kind === 'accept') {
      const words = effect.tasks.map(describeTask).sort().join(' ');
      for (const offerId of effect.offerIds) byOffer.set(offerId, words);
    } else if (effect.kind === 'decline') {
      const words = effect.refuseSeconds === undefined ? 'decline' : `decline ${effect.refuseSeconds}`;
      for (const offerId of effect.offerIds) byOffer.set(offerId, words);
    }
  }
  return offers.map(({ id }) => `${id.value} ${byOffer.get(id.value) ?? 'nothing'}`);
}

/** Task ids have a random beginning; behind it is the number. @param {any} task */
function describeTask(task) {
  const number = task.taskId.value.slice(task.taskId.value.lastIndexOf('-') + 1);
  const resources = task.resources.map(
    (/** @type {any} */ entry) => `${entry.name}(${entry.role})=${Math.round(entry.scalar.value * 1000)}`,
  );
  return `launch ${number} ${resources.join(' ')}`;
}
