// A thousand applications in coarse mode on clusters of several sizes: until all of them have what they want, while
// agents come and go, and while applications do.

import { setImmediate as turn } from 'node:timers/promises';
import { someWish } from './applications.mjs';
import { Crowd } from './crowd.mjs';
import { jainIndex } from './fairness.mjs';
import { releasedBytes } from './memory.mjs';
import { pick, randomNumbers } from './random.mjs';
import { SimulatedMesos } from './simulated-mesos.mjs';

/**
 * What a simulation begins with.
 * @typedef {object} Scene
 * @property {number} machines
 * @property {number} applications
 * @property {number} seed
 */

/** How much of the cluster is wanted: the rest is for those whom not every machine suits. */
const WANTED = 0.7;
/** So much of the machines goes each second, and as many others come. */
const CHURN = 0.0005;
const CHURN_SECONDS = 10;
/** One application of so many ends, and another begins. */
const TURNOVER = 20;
/** More memory than any machine has. */
const TOO_MUCH_MIB = 1_000_000;

/** Applications that want what the cluster has, and nothing of it yet. @param {Scene} scene */
function crowdOn({ machines, applications, seed }) {
  const random = randomNumbers(seed + 1);
  const mesos = new SimulatedMesos({ machines, seed });
  const share = (mesos.cpus * WANTED) / applications;
  const crowd = new Crowd(mesos, random);
  for (let count = 0; count < applications; count += 1) crowd.start(someWish(share, random));
  return { crowd, share };
}

/** Until every application has all executors that it wants. @param {Scene} scene */
export function place(scene) {
  return crowdOn(scene).crowd.watch();
}

/**
 * The whole life: places, machines that come and go, applications that come and go. Answers with the schedulers, for
 * whoever wants to know what they take.
 * @param {Scene} scene
 */
export async function live(scene) {
  const { crowd, share } = crowdOn(scene);
  const { mesos, random } = crowd;
  const placed = await crowd.watch();
  const churned = await crowd.watch(
    () => exchangeMachines(mesos, Math.max(1, Math.round(scene.machines * CHURN)), random),
    (seconds) => seconds === CHURN_SECONDS,
  );
  const recovered = await crowd.watch();
  const renewed = Math.ceil(scene.applications / TURNOVER);
  crowd.end(renewed);
  for (let count = 0; count < renewed; count += 1) crowd.start(someWish(share, random));
  const turnedOver = await crowd.watch();
  const schedulers = crowd.applications.map(({ scheduler }) => scheduler);
  return { placed, churned, recovered, turnedOver, executors: mesos.tasks.size, schedulers };
}

/** @param {SimulatedMesos} mesos @param {number} count @param {() => number} random */
function exchangeMachines(mesos, count, random) {
  const ids = [...mesos.machines.keys()];
  for (let machine = 0; machine < count; machine += 1) {
    mesos.removeMachine(pick(ids, random));
    mesos.addMachine();
  }
}

/**
 * All want everything: what each of them has when nothing is left, as a part of what is even.
 * @param {Scene} scene
 */
export async function fairness({ machines, applications, seed }) {
  const mesos = new SimulatedMesos({ machines, seed });
  const crowd = new Crowd(mesos, randomNumbers(seed + 1));
  const even = mesos.cpus / applications;
  for (let count = 0; count < applications; count += 1) crowd.start({ cores: 2, memoryMiB: 4096 });
  const coresOf = () => crowd.applications.map((one) => one.summary(mesos.nowMs).cores);
  let before = -1;
  for (let sum = 0; sum > before; sum = coresOf().reduce((total, cores) => total + cores, 0)) {
    before = sum;
    mesos.tick();
    await turn();
  }
  const shares = coresOf().map((cores) => cores / even);
  return { jain: jainIndex(shares), least: Math.min(...shares), most: Math.max(...shares) };
}

/** The bytes that an application has before it has anything. @param {Scene} scene */
export function emptyBytes(scene) {
  return releasedBytes(schedulersOf(scene, { cores: 1, memoryMiB: 1024, total: 1 })) / scene.applications;
}

/** The bytes of an application that has refused so many agents, since none has what it wants. @param {Scene} scene */
export function vainBytes(scene) {
  return releasedBytes(schedulersOf(scene, { cores: 1, memoryMiB: TOO_MUCH_MIB, total: 1 }));
}

/**
 * The schedulers of applications after a look at the cluster, with which nobody else has anything to do any more.
 * @param {Scene} scene @param {import('./applications.mjs').Wish} wish
 */
function schedulersOf({ machines, applications, seed }, wish) {
  const mesos = new SimulatedMesos({ machines, seed });
  const crowd = new Crowd(mesos, randomNumbers(seed));
  for (let count = 0; count < applications; count += 1) crowd.start(wish);
  mesos.tick();
  return crowd.applications.map(({ scheduler }) => scheduler);
}
