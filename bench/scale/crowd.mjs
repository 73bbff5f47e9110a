// Many applications on one simulated Mesos, and what they take together.

import { setImmediate as turn } from 'node:timers/promises';
import { startApplication } from './applications.mjs';

/** @typedef {import('./applications.mjs').SimulatedApplication} SimulatedApplication */
/** @typedef {import('./simulated-mesos.mjs').SimulatedMesos} SimulatedMesos */

/** Who waits for longer than this, waits for ever. */
const PATIENCE_SECONDS = 300;

/**
 * What was seen of one stretch of the simulation.
 * @typedef {object} Stretch
 * @property {number} seconds of simulated time
 * @property {number} cpuMs of all applications together
 * @property {number} offers that they decided on
 * @property {number} offersMs of `cpuMs`, with offers
 * @property {number} executors that they launched
 */

/** Applications on a cluster, as they go on. */
export class Crowd {
  /** @type {SimulatedApplication[]} */
  applications = [];
  #ended = { cpuMs: 0, offers: 0, offersMs: 0, executors: 0 };
  #started = 0;

  /** @param {SimulatedMesos} mesos @param {() => number} random */
  constructor(mesos, random) {
    this.mesos = mesos;
    this.random = random;
  }

  /** @param {import('./applications.mjs').Wish} wish */
  start(wish) {
    this.applications.push(startApplication(this.mesos, `app-${this.#started}`, wish, this.random));
    this.#started += 1;
  }

  /** @param {number} count of the oldest */
  end(count) {
    for (const application of this.applications.splice(0, count)) {
      this.mesos.tearDown(application);
      const { cpuMs, offers, offersMs, executors } = this.#ended;
      const { spent, spentMs, launched } = application;
      this.#ended = {
        cpuMs: cpuMs + spentMs,
        offers: offers + spent.offers,
        offersMs: offersMs + spent.offersMs,
        executors: executors + launched,
      };
    }
  }

  /** Whether all executors that are wanted run. */
  get isServed() {
    const { mesos } = this;
    if (!this.applications.every((application) => application.isServed(mesos.nowMs))) return false;
    for (const { isRunning } of mesos.tasks.values()) if (!isRunning) return false;
    return true;
  }

  /**
   * Lets seconds pass.
   * @param {() => void} [before] what happens before each of them
   * @param {(passed: number) => boolean} [isOver] after the first of them at the earliest; without it, when all are served
   */
  async watch(before = () => {}, isOver = () => this.isServed) {
    const from = this.#totals();
    let seconds = 0;
    do {
      before();
      this.mesos.tick();
      // Whoever shows how far we are has a moment, too.
      await turn();
      seconds += 1;
      if (seconds > PATIENCE_SECONDS) throw new Error(this.#whoWaits());
    } while (!isOver(seconds));
    const to = this.#totals();
    /** @type {Stretch} */
    const stretch = {
      seconds,
      cpuMs: to.cpuMs - from.cpuMs,
      offers: to.offers - from.offers,
      offersMs: to.offersMs - from.offersMs,
      executors: to.executors - from.executors,
    };
    return stretch;
  }

  #totals() {
    const totals = { ...this.#ended };
    for (const { spent, spentMs, launched } of this.applications) {
      totals.cpuMs += spentMs;
      totals.offers += spent.offers;
      totals.offersMs += spent.offersMs;
      totals.executors += launched;
    }
    return totals;
  }

  #whoWaits() {
    const { nowMs } = this.mesos;
    const waiting = this.applications.filter((application) => !application.isServed(nowMs));
    const sentence = waiting[0]?.summary(nowMs).waiting?.sentence ?? 'all have their places';
    return `after ${PATIENCE_SECONDS} s ${waiting.length} applications wait; the first: ${sentence}`;
  }
}
