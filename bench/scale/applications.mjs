// Applications in coarse mode on a simulated Mesos: the decisions are the real ones, and so are the commands of executors.

import { CoarseScheduler, DEFAULT_COARSE_SETTINGS } from '../../packages/coarse-backend/dist/index.js';
import { callOf } from '../../packages/coarse-backend/dist/shell/calls.js';
import { parseConstraints } from '../../packages/scheduler-utils/dist/index.js';
import { executorLaunch } from '../offers/ours.mjs';
import { pick } from './random.mjs';
import { SimulatedFramework } from './simulated-framework.mjs';

/**
 * What an application wants.
 * @typedef {object} Wish
 * @property {number} cores of each executor
 * @property {number} memoryMiB
 * @property {number} [total] how many executors; without it as many as fit
 * @property {number} [coresMax]
 * @property {string} [constraints]
 */

/** Sizes of executors that people choose; the last leaves processors over on most machines. */
const SIZES = [
  { cores: 1, memoryMiB: 2048 },
  { cores: 2, memoryMiB: 4096 },
  { cores: 4, memoryMiB: 8192 },
  { cores: 4, memoryMiB: 12_288 },
  { cores: 5, memoryMiB: 20_480 },
];

/** Every fifth application wants to be on some racks only. */
const CONSTRAINED = 0.2;

/**
 * A wish for so many cores, of one kind or another.
 * @param {number} cores @param {() => number} random @returns {Wish}
 */
export function someWish(cores, random) {
  const size = pick(SIZES, random);
  const total = Math.max(1, Math.round(cores / size.cores));
  const rack = Math.floor(random() * 8);
  const constraints =
    random() < CONSTRAINED ? { constraints: `rack:r${rack},r${rack + 1},r${rack + 2}` } : {};
  return { ...size, total, ...constraints };
}

/**
 * Adds an application to a simulated Mesos; offers come with the next tick.
 * @param {import('./simulated-mesos.mjs').SimulatedMesos} mesos
 * @param {string} id
 * @param {Wish} wish
 * @param {() => number} random
 */
export function startApplication(mesos, id, wish, random) {
  const { cores, memoryMiB, total, coresMax, constraints } = wish;
  const core = new CoarseScheduler({
    settings: {
      ...DEFAULT_COARSE_SETTINGS,
      coresMax,
      ...(constraints === undefined ? {} : { constraints: parseConstraints(constraints) }),
    },
    taskIdPrefix: id,
    launch: executorLaunch(id),
    random,
  });
  const application = new SimulatedApplication(
    {
      id,
      core,
      mesos,
      callOf,
      answerTo: ({ kind }) => (kind === 'revive' ? { kind: 'reviveSettled', ok: true } : undefined),
    },
    core,
  );
  mesos.subscribe(application);
  application.handle({
    kind: 'executorTotals',
    totals: new Map([[0, { cores, memoryMiB, ...(total === undefined ? {} : { total }) }]]),
  });
  return application;
}

export class SimulatedApplication extends SimulatedFramework {
  /** @param {ConstructorParameters<typeof SimulatedFramework>[0]} options @param {CoarseScheduler} scheduler */
  constructor(options, scheduler) {
    super(options);
    this.scheduler = scheduler;
  }

  /** @param {number} nowMs */
  summary(nowMs) {
    return this.scheduler.summary(nowMs);
  }

  /** Whether all executors that it wants stand, or at least have their places. @param {number} nowMs */
  isServed(nowMs) {
    return this.summary(nowMs).wanted.every(({ missing }) => missing === 0);
  }
}
