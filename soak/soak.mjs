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
 * @param {SoakOptions} options
 * @returns {Promise<{ text: string, problems: readonly string[] }>}
 */
export async function soak({
  minutes,
  seed,
  lanes,
  kinds,
  sparks,
  javaHome,
  artifacts,
  signal,
  note,
  report,
}) {
  const startedAt = Date.now();
  const endsAt = startedAt + minutes * 60_000;
  const world = await openWorld({ sparkHomes: sparks.map(({ home }) => home), javaHome });
  /** @type {import('./jobs.mjs').Outcome[]} */
  const outcomes = [];
  /** @type {Map<string, number>} */
  const faults = new Map();
  /** @type {Set<import('./jobs.mjs').RunningJob>} */
  const running = new Set();
  /** @type {string[]} */
  const problems = [];
  const isOver = () => signal.aborted || Date.now() + usualMs(outcomes) > endsAt;
  let jobs = 0;
  /** Each kind in turn, from one that the seed says. */
  const firstKind = randomFrom(seed).below(kinds.length);
  const lane = async () => {
    while (!isOver()) {
      const number = jobs;
      jobs += 1;
      const kind = kinds[(firstKind + number) % kinds.length] ?? 'client coarse';
      const one = {
        job: randomJob(number, kind, randomFrom(seedOfRun(seed, number)), sparks),
        executorsKilled: 0,
        driverKilled: false,
      };
      running.add(one);
      const outcome = await carryOut(one, world);
      running.delete(one);
      outcomes.push(outcome);
      const { name, work } = one.job;
      const found = [...(outcome.wrong === undefined ? [] : [outcome.wrong]), ...outcome.leaks];
      for (const what of found) {
        problems.push(`${name} (${kind}, ${work.kind}): ${what}`);
        note(`✗ ${name} (${kind}, ${work.kind}): ${what}`);
      }
      report(
        `${outcomes.length} jobs, ${[...faults.values()].reduce((sum, count) => sum + count, 0)} faults`,
      );
    }
  };
  const goingWrong = new AbortController();
  const fault = letGoWrong(
    { world, running, random: randomFrom(seedOfRun(seed, -1)) },
    {
      signal: goingWrong.signal,
      servicesMayDie: () => Date.now() - startedAt < minutes * 60_000 * SERVICES_DIE_SHARE,
      happened: (kind) => faults.set(kind, (faults.get(kind) ?? 0) + 1),
    },
  );
  await Promise.all(Array.from({ length: lanes }, lane));
  goingWrong.abort();
  await fault;
  problems.push(...(await filesLeft(world.places.scratch)));
  await delay(SETTLES_MS);
  const lives = world.watched().map(({ name, pid }) => lifeOf(name, pid, world.probeFile(name)));
  problems.push(...lives.flatMap(leaksIn));
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
