// One run: a dispatcher that is killed again and again, jobs that are submitted meanwhile, and what came of them.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { check } from './check.mjs';
import { bodyOf } from './client.mjs';
import { leave } from './leave.mjs';
import { readLives } from './pretended-spark.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { openScene } from './scene.mjs';

const LOOK_MS = 100;

/**
 * @typedef {import('./check.mjs').Violation} Violation
 * @typedef {import('./client.mjs').Told} Told
 * @typedef {import('./scene.mjs').Scene} Scene
 *
 * @typedef {object} Plan
 * @property {string} name of the run, and of its framework
 * @property {string} scenario
 * @property {readonly import('./client.mjs').Job[]} jobs
 * @property {(died: readonly string[]) => import('./keeper.mjs').Order | undefined} nextOrder
 * @property {import('../../scripts/support/random.mjs').Random} random
 * @property {boolean} uninstalls whether the framework is removed in the end by a dispatcher, else by an operator
 * @property {string} [points] a file for the names of all points that were passed
 *
 * @typedef {object} Result
 * @property {Plan} plan
 * @property {string} folder
 * @property {number} kills
 * @property {readonly string[]} died points at which it killed itself
 * @property {number} refusals
 * @property {number} submissions that were accepted
 * @property {readonly Violation[]} violations
 * @property {boolean} [diskWasReal]
 */

/**
 * @param {Plan} plan
 * @param {import('./scene.mjs').Places} places
 * @returns {Promise<Result>}
 */
export async function carryOut(plan, places) {
  const scenario = SCENARIOS[plan.scenario];
  if (scenario === undefined) throw new RangeError(`there is no scenario ${plan.scenario}`);
  const scene = await openScene(plan, scenario, places);
  const { keepers, client, folder, records, disk } = scene;
  /** @type {Violation[]} */
  const violations = [];
  /** @type {Map<string, Told>} */
  const told = new Map();
  for (const keeper of keepers) keeper.start();
  try {
    await oneIsReady(scene);
    const doing = [scenario.disturb(scene), ...plan.jobs.map((job) => submit(job, scene, told))];
    for (const outcome of await Promise.allSettled(doing)) {
      if (outcome.status === 'rejected') violations.push({ kind: 'lost', text: String(outcome.reason) });
    }
    const submissions = await allEnded(scene, told);
    const seen = { jobs: plan.jobs, submissions, told: [...told] };
    await writeFile(join(folder, 'submissions.json'), JSON.stringify(seen, null, 2));
    const { machinesFail = false } = scenario;
    const lives = readLives(records);
    violations.push(...check({ jobs: plan.jobs, told, submissions, lives, machinesFail }));
  } catch (error) {
    violations.push({ kind: 'lost', text: String(error) });
  }
  violations.push(...(await leave(plan, scene)));
  await disk?.remove();
  return {
    plan,
    folder,
    kills: keepers.reduce((sum, { kills }) => sum + kills, 0),
    died: keepers.flatMap(({ died }) => died),
    refusals: client.refusals,
    submissions: [...told.values()].filter(({ how }) => how === 'accepted').length,
    violations,
    ...(disk && { diskWasReal: disk.isReal }),
  };
}

/**
 * Before there is a dispatcher nothing could disturb it.
 * @param {Scene} scene
 */
async function oneIsReady({ keepers, isOver }) {
  while (!isOver() && keepers.every(({ url }) => url === undefined)) await delay(LOOK_MS);
}

/**
 * What the author of a job does.
 * @param {import('./client.mjs').Job} job
 * @param {Scene} scene
 * @param {Map<string, Told>} told
 */
async function submit(job, scene, told) {
  const { client } = scene;
  await delay(job.afterMs);
  const answer = await client.submit(job, bodyOf(job, scene));
  told.set(job.name, answer);
  if (job.what !== 'kill' || answer.id === undefined) return;
  await delay(job.killAfterMs);
  told.set(job.name, { ...answer, killed: await client.kill(answer.id) });
}

/**
 * Waits until everything that is there has ended, and everything that was accepted is there; gives all that there is.
 * @param {Scene} scene
 * @param {ReadonlyMap<string, Told>} told
 */
async function allEnded({ client, isOver }, told) {
  const accepted = [...told.values()].flatMap(({ how, id }) => (how === 'accepted' && id ? [id] : []));
  /** @type {{ id: string, state: string }[]} */
  let listed = [];
  while (!isOver()) {
    listed = (await client.list()) ?? listed;
    const isAll = accepted.every((id) => listed.some((one) => one.id === id));
    if (isAll && listed.every(({ state }) => state === 'finished')) break;
    await delay(LOOK_MS);
  }
  return Promise.all(listed.map(({ id }) => client.read(id)));
}
