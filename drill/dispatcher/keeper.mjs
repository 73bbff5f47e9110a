// Keeps a service running, as a supervisor does: one that dies is started again, at once. By itself it is a dispatcher
// that can be told where to die.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(
  new URL('../../apps/dispatcher/bin/spark-mesos-dispatcher.js', import.meta.url),
);
const FAULT_POINTS = new URL('fault-points.mjs', import.meta.url).href;
/** Where the state cannot be used, as with a full disk or without ZooKeeper: started again, it may be. */
const NO_STATE = 75;
const AGAIN_MS = 100;
/** One that cannot run at all is given up. */
const MOST_PROBLEMS = 5;

/**
 * When one process is to die: at a point, as fault-points.mjs has it, or some time after it is ready.
 * @typedef {import('./fault-points.mjs').KillOrder & { afterMs?: number }} Order
 *
 * @typedef {object} KeeperOptions
 * @property {string} name of its files
 * @property {string} folder for its logs
 * @property {readonly string[]} words of its command line
 * @property {Record<string, string>} [environment]
 * @property {(died: readonly string[]) => Order | undefined} nextOrder for the process that begins now, by where those before it died
 * @property {boolean} [mayLackState] whether it may end by itself because its state cannot be used
 * @property {readonly string[]} [program] of another service: what Node runs, in front of the words
 * @property {(line: string) => string | undefined} [addressIn] of another service: where it answers, by the line that says it is ready
 */

/** @param {string} line of a dispatcher's log */
function dispatcherAddressIn(line) {
  if (!line.includes('"msg":"the dispatcher is ready"')) return undefined;
  /** @type {{ url: string }} */
  const { url } = JSON.parse(line);
  return url.replace('spark:', 'http:');
}

export class Keeper {
  /** Faults of dispatchers that ended by themselves. @type {string[]} */
  problems = [];
  /** Where it answers; undefined while it does not. @type {string | undefined} */
  url;
  #options;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #number = 0;
  #killsFromOutside = 0;
  #isStopped = false;
  /** @type {Promise<void>} */
  #kept = Promise.resolve();

  /** @param {KeeperOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** The points at which it died, oldest first. */
  get died() {
    const file = this.#killedFile;
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  }

  /** Whether it will never answer again. */
  get isGivenUp() {
    return this.problems.length >= MOST_PROBLEMS;
  }

  get kills() {
    return this.died.length + this.#killsFromOutside;
  }

  start() {
    this.#kept = this.#keep();
  }

  /** Of the process that runs now. */
  get pid() {
    return this.#child?.pid;
  }

  killNow() {
    if (this.#child?.kill('SIGKILL')) this.#killsFromOutside += 1;
  }

  /** It stands still, as on a machine that is suspended. */
  pause() {
    this.#child?.kill('SIGSTOP');
  }

  wakeUp() {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it for good: in order, or as it is ended again and again. @param {'SIGTERM' | 'SIGKILL'} signal */
  async stop(signal) {
    this.#isStopped = true;
    this.#child?.kill(signal);
    await this.#kept;
  }

  /** Runs it to its end with more on its command line, and tells how it ended. @param {...string} more */
  async runOnce(...more) {
    const child = this.#spawn('{}', more);
    const [status, signal] = await once(child, 'close');
    return status ?? signal;
  }

  get #killedFile() {
    return join(this.#options.folder, `${this.#options.name}-killed`);
  }

  async #keep() {
    while (!this.#isStopped) {
      const { afterMs, ...order } = this.#options.nextOrder(this.died) ?? {};
      const child = this.#spawn(JSON.stringify(order), []);
      this.#child = child;
      let timer;
      this.#listen(child, (url) => {
        this.url = url;
        if (afterMs !== undefined) timer = setTimeout(() => this.killNow(), afterMs);
      });
      const [status, signal] = await once(child, 'close');
      clearTimeout(timer);
      this.url = undefined;
      this.#child = undefined;
      if (this.#isStopped || signal === 'SIGKILL') continue;
      if (status !== NO_STATE || !this.#options.mayLackState) {
        this.problems.push(
          `${this.#options.name}, process ${this.#number}, ended by itself with ${status ?? signal}`,
        );
        if (this.problems.length >= MOST_PROBLEMS) return;
      }
      await delay(AGAIN_MS);
    }
  }

  /**
   * @param {string} order
   * @param {readonly string[]} more
   */
  #spawn(order, more) {
    const { folder, name, words, environment, program = ['--import', FAULT_POINTS, COMMAND] } = this.#options;
    this.#number += 1;
    const child = spawn(process.execPath, [...program, ...words, ...more], {
      env: {
        PATH: process.env.PATH ?? '',
        ...environment,
        DRILL_KILL: order,
        DRILL_KILLED: this.#killedFile,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(join(folder, `${name}-${this.#number}.log`));
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.on('close', () => log.end());
    return child;
  }

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {(url: string) => void} ready
   */
  #listen(child, ready) {
    const { addressIn = dispatcherAddressIn } = this.#options;
    // Some log on standard output, others on standard error.
    for (const input of [child.stdout, child.stderr]) {
      if (input === null) continue;
      createInterface({ input }).on('line', (line) => {
        const address = addressIn(line);
        if (address !== undefined) ready(address);
      });
    }
  }
}
