// A framework without a socket: a sans-IO core, whose calls a simulated Mesos obeys, and the processor time that the core takes.

import { mesos } from '../../packages/mesos-proto/dist/index.js';

/** @typedef {import('../../packages/mesos-client/dist/index.js').SchedulerClient} SchedulerClient */
/** @typedef {mesos.v1.scheduler.ICall} Call */

/**
 * A core of coarse mode or of the dispatcher.
 * @typedef {object} Core
 * @property {(event: any, nowMs: number) => readonly any[]} handle
 * @property {() => number | undefined} nextWakeMs
 */

/**
 * The processor time since then, the garbage collector's with it. It is not the time of the clock on the wall, which would
 * measure whatever else the machine does; to look at it takes two thirds of a microsecond.
 * @param {NodeJS.CpuUsage} from
 */
export function processorMs(from) {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

/**
 * The two parts of what is measured.
 * @typedef {object} Spent
 * @property {number} offersMs with offers
 * @property {number} otherMs with everything else
 * @property {number} offers how many offers were decided on
 */

export class SimulatedFramework {
  /** How many tasks it has launched. */
  launched = 0;
  /** @type {Spent} */
  spent = { offersMs: 0, otherMs: 0, offers: 0 };
  #mesos;
  #callOf;
  #answerTo;
  /** @type {number | undefined} */
  #wakeAtMs;
  /** @type {any[]} */
  #inbox = [];
  #isHandling = false;

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {Core} options.core
   * @param {import('./simulated-mesos.mjs').SimulatedMesos} options.mesos
   * @param {(effect: any) => Call | undefined} options.callOf
   * @param {(effect: any) => any} options.answerTo the event with which the outside answers an effect, if it does
   */
  constructor({ id, core, mesos: around, callOf, answerTo }) {
    this.id = id;
    this.core = core;
    this.#mesos = around;
    this.#callOf = callOf;
    this.#answerTo = answerTo;
  }

  /** All time that the core has taken. */
  get spentMs() {
    return this.spent.offersMs + this.spent.otherMs;
  }

  /** Deals with an event, and with the answers to what comes of it. @param {any} event */
  handle(event) {
    this.#inbox.push(event);
    if (this.#isHandling) return;
    this.#isHandling = true;
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
      for (const call of this.#decide(next)) this.#mesos.obey(this, call);
    }
    this.#isHandling = false;
  }

  wakeIfDue() {
    if (this.#wakeAtMs !== undefined && this.#wakeAtMs <= this.#mesos.nowMs) this.handle({ kind: 'wake' });
  }

  /** What is on the clock: decisions, with their calls and all that is in them. @param {any} event @returns {Call[]} */
  #decide(event) {
    const from = process.cpuUsage();
    const effects = this.core.handle(event, this.#mesos.nowMs);
    const calls = [];
    for (const effect of effects) {
      const call = this.#callOf(effect);
      if (call !== undefined) calls.push(call);
    }
    this.#wakeAtMs = this.core.nextWakeMs();
    const tookMs = processorMs(from);
    if (event.kind === 'offers') {
      this.spent.offersMs += tookMs;
      this.spent.offers += event.offers.length;
    } else {
      this.spent.otherMs += tookMs;
    }
    for (const effect of effects) {
      const answer = this.#answerTo(effect);
      if (answer !== undefined) this.#inbox.push(answer);
    }
    return calls;
  }
}
