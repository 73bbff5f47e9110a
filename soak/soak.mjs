// The soak: real jobs at random on a cluster in which things go wrong at random, for as long as is wanted. Every result
// has to be right, every job has to end as it should, and nothing may be left or grow.

import { cp, readdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { randomFrom, seedOfRun } from '../scripts/support/random.mjs';
import { carryOut } from './carry-out.mjs';
import { letGoWrong } from './faults.mjs';
import { randomJob } from './jobs.mjs';
import { tables } from './table.mjs';
import { leaksIn, lifeOf } from './watch.mjs';
import { openWorld } from './world.mjs';

/** Services are killed in the first part alone, so that those of the second part live long enough to show growth. */
const SERVICES_DIE_SHARE = 0.4;
/** Until it is known how long a job takes. */
const FIRST_GUESS_MS = 15_000;
/** How long connections that nobody uses any more may stay open. */
const SETTLES_MS = 12_000;
/** How long after the last job the shuffle service may need for its files. */
const SHUFFLE_FILES_WITHIN_MS = 30_000;
const LOOK_MS = 250;

/**
 * @typedef {object} SoakOptions
 * @property {number} minutes
 * @property {number} seed
 * @property {number} lanes so many jobs at a time
 * @property {readonly import('./jobs.mjs').JobKind[]} kinds
 * @property {readonly { home: string, jar: string }[]} sparks
 * @property {string | undefined} javaHome
 * @property {string} artifacts where the logs go when something was wrong
 * @property {AbortSignal} signal begins no more jobs
 * @property {(line: string) => void} note
 * @property {(detail: string) => void} report
 */

/**
 * What has happened so far.
 * @typedef {object} Course
 * @property {Set<import('./jobs.mjs').RunningJob>} running
 * @property {import('./jobs.mjs').Outcome[]} outcomes
 * @property {Map<string, number>} faults
 * @property {string[]} problems
 */

/**
 * @param {SoakOptions} options
 * @returns {Promise<{ text: string, problems: readonly string[] }>}
 */
export async function soak(options) {
  const { kinds, sparks, javaHome, artifacts } = options;
  const world = await openWorld({ sparkHomes: sparks.map(({ home }) => home), javaHome });
  /** @type {Course} */
  const course = { running: new Set(), outcomes: [], faults: new Map(), problems: [] };
  const { problems, outcomes, faults } = course;
  /** @type {readonly import('./watch.mjs').Life[]} */
  let lives = [];
  try {
    await carryOutAll(world, course, options);
    problems.push(...(await filesLeft(world.places.scratch)));
    await delay(SETTLES_MS);
    lives = world.watched().map(({ name, pid, file }) => lifeOf(name, pid, file));
    problems.push(...lives.flatMap(leaksIn));
  } catch (error) {
    problems.push(`the soak itself: ${error}`);
  }
  for (const service of Object.values(world.services)) problems.push(...service.problems);
  problems.push(...(await world.close()));
  if (problems.length > 0) {
    await rm(artifacts, { recursive: true, force: true });
    await cp(world.places.logs, `${artifacts}/logs`, { recursive: true });
    await cp(world.places.jobs, `${artifacts}/jobs`, { recursive: true });
  }
  await rm(world.places.folder, { recursive: true, force: true });
  return { text: tables({ kinds, outcomes, faults, lives }), problems };
}

/**
 * Jobs in each lane, and faults meanwhile, until the time is over.
 * @param {import('./world.mjs').World} world
 * @param {Course} course
 * @param {SoakOptions} options
 */
async function carryOutAll(world, course, options) {
  const { minutes, seed, lanes, kinds, sparks, signal } = options;
  const { running, outcomes, faults } = course;
  const startedAt = Date.now();
  const lastsMs = minutes * 60_000;
  const isOver = () => signal.aborted || Date.now() + usualMs(outcomes) > startedAt + lastsMs;
  /** Each kind in turn, from one that the seed says. */
  const firstKind = randomFrom(seed).below(kinds.length);
  let jobs = 0;
  const lane = async () => {
    while (!isOver()) {
      const number = jobs;
      jobs += 1;
      const kind = kinds[(firstKind + number) % kinds.length] ?? 'client coarse';
      const job = randomJob(number, kind, randomFrom(seedOfRun(seed, number)), sparks);
      const one = { job, executorsKilled: 0, driverKilled: false };
      running.add(one);
      const outcome = await carryOut(one, world).finally(() => running.delete(one));
      writeDown(outcome, course, options);
    }
  };
  const goingWrong = new AbortController();
  const fault = letGoWrong(
    { world, running, random: randomFrom(seedOfRun(seed, -1)) },
    {
      signal: goingWrong.signal,
      servicesMayDie: () => Date.now() - startedAt < lastsMs * SERVICES_DIE_SHARE,
      happened: (kind) => faults.set(kind, (faults.get(kind) ?? 0) + 1),
    },
  );
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  goingWrong.abort();
  await fault;
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/**
 * @param {import('./jobs.mjs').Outcome} outcome
 * @param {Course} course
 * @param {SoakOptions} options
 */
function writeDown(outcome, { outcomes, faults, problems }, { note, report }) {
  const { job, wrong, leaks } = outcome;
  outcomes.push(outcome);
  for (const what of [...(wrong === undefined ? [] : [wrong]), ...leaks]) {
    const text = `${job.name} (${job.kind}, ${job.work.kind}): ${what}`;
    problems.push(text);
    note(`✗ ${text}`);
  }
  const count = [...faults.values()].reduce((sum, one) => sum + one, 0);
  report(`${outcomes.length} jobs, ${count} faults`);
}

/** What a job takes that is neither quick nor slow. @param {readonly import('./jobs.mjs').Outcome[]} outcomes */
function usualMs(outcomes) {
  const times = outcomes.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return times[times.length >> 1] ?? FIRST_GUESS_MS;
}

/**
 * Shuffle files that nobody will read any more, once the service has had time to delete them. Who is killed before it
 * has registered with the service leaves a directory as well, but none of these in it.
 * @param {string} scratch
 */
async function filesLeft(scratch) {
  const deadline = Date.now() + SHUFFLE_FILES_WITHIN_MS;
  for (;;) {
    const names = await readdir(scratch, { recursive: true });
    const left = names.filter((name) => basename(name).startsWith('shuffle_'));
    if (left.length === 0) return [];
    if (Date.now() > deadline) return left.map((name) => `shuffle file ${name}`);
    await delay(LOOK_MS);
  }
}
