// The end of a run, and what is left of it.

import { setTimeout as delay } from 'node:timers/promises';
import { processesIn } from './processes.mjs';

/** How long the last acknowledgements may take, and frameworks that go by themselves. */
const LONGEST_TIDYING_MS = 60_000;
const LOOK_MS = 100;

/** @param {import('./mesos.mjs').FoundFramework} framework */
const isActive = (framework) => framework.isActive;

/**
 * Ends the dispatchers, has the framework removed, and tells what is left.
 * @param {import('./run.mjs').Plan} plan
 * @param {import('./scene.mjs').Scene} scene
 */
export async function leave({ name, uninstalls }, { keepers, mesos }) {
  /** @type {import('./check.mjs').Violation[]} */
  const violations = [];
  const wrong = (/** @type {string} */ text) => violations.push({ kind: 'wrong', text });
  const left = (/** @type {string} */ text) => violations.push({ kind: 'left', text });
  const before = await tidied(name, mesos);
  await Promise.all(keepers.map((keeper) => keeper.stop('SIGKILL')));
  for (const { problems } of keepers) for (const text of problems) wrong(text);
  for (const { id, openTasks } of before) if (openTasks > 0) left(`${openTasks} tasks of framework ${id}`);
  const active = before.filter(isActive);
  if (active.length > 1) left(`${active.length} frameworks, where one had done`);
  if (uninstalls) {
    const status = await keepers[0]?.runOnce('--uninstall');
    if (status !== 0) wrong(`--uninstall ended with ${status}`);
  } else for (const { id } of active) await mesos.teardown(id);
  const after = await mesos.frameworksNamed(name);
  for (const { id } of after.filter(isActive)) left(`framework ${id}`);
  for (const { id } of after) for (const found of processesIn(id)) left(`process ${found}`);
  return violations;
}

/**
 * A task is open until its end is acknowledged, and a framework that nobody knows goes by itself after a while.
 * @param {string} name
 * @param {import('./mesos.mjs').Mesos} mesos
 */
async function tidied(name, mesos) {
  const deadline = Date.now() + LONGEST_TIDYING_MS;
  for (;;) {
    const found = await mesos.frameworksNamed(name);
    const isTidy = found.every(({ openTasks }) => openTasks === 0) && found.filter(isActive).length <= 1;
    if (isTidy || Date.now() > deadline) return found;
    await delay(LOOK_MS);
  }
}
