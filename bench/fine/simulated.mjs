// fine-backend alone: executors that only hold their place, and a driver and tasks that cost nothing.

import { DEFAULT_FINE_SETTINGS, FineBackend } from '../../packages/fine-backend/dist/index.js';
import { SchedulerClient } from '../../packages/mesos-client/dist/index.js';
import { silentLogger } from '../../packages/scheduler-utils/dist/index.js';
import { SlotLines } from '../../packages/spark-gateway/dist/slot-lines.js';
import { EXECUTOR_PROGRAM } from './processes.mjs';

/**
 * What came of some tasks.
 * @typedef {object} JobFigures
 * @property {number} tasksPerSecond
 * @property {number} heldP50Ms how long tasks were held, in the middle
 * @property {number} heldP99Ms
 * @property {number} cpuMsPerTask processor time of this process
 */

/** An application whose executors do nothing and whose tasks take as long as they are told to. */
export class SimulatedApplication {
  /** @type {FineBackend} */ backend;
  /** @type {Map<string, number>} */ #heldSince = new Map();
  /** @type {number[]} */ #heldMs = [];
  /** @type {{ left: number, open: number, next: number, taskMs: number, done: () => void } | undefined} */ #job;
  /** @type {() => void} */ #isRunning = () => {};
  /** @type {SlotLines | undefined} */ #lines;
  #nextTask = 0;
  cores = 0;
  launches = 0;
  /** @type {string | undefined} */ problem;
  /** @type {Promise<void>} */ ready;

  /**
   * @param {{ master: string, settings?: Partial<import('../../packages/fine-backend/dist/index.js').FineSettings>, command?: string, lines?: boolean }} options `lines`: whether slots open lines by which they are told to end
   */
  constructor({ master, settings = {}, command = 'exec sleep 600', lines = false }) {
    this.command = command;
    this.ready = new Promise((resolve) => {
      this.#isRunning = resolve;
    });
    this.backend = new FineBackend({
      client: new SchedulerClient({ master, framework: { user: '', name: 'bench' } }),
      application: this,
      settings: {
        ...DEFAULT_FINE_SETTINGS,
        executorMemoryMiB: 512,
        executorProgram: EXECUTOR_PROGRAM,
        ...(settings.carrier === 'executor' && { leaseMs: 250 }),
        ...(settings.exact && { reviveSpacingMs: 4 }),
        ...settings,
      },
    });
    void this.#start(lines);
  }

  /** @param {string} slotTaskId */
  slotLine(slotTaskId) {
    return this.#lines?.placeOf(slotTaskId);
  }
  /** @param {string} slotTaskId @param {'FINISHED' | 'FAILED'} end */
  endSlot(slotTaskId, end) {
    this.#lines?.tell(slotTaskId, end);
  }
  /** @param {{ executorId: number }} executor */
  launchExecutor({ executorId }) {
    return { name: `executor ${executorId}`, command: { value: this.command } };
  }
  registered() {}
  /** @param {{ taskCores: number }} executor */
  executorLaunched({ taskCores }) {
    this.launches += 1;
    this.cores = taskCores;
  }
  /** @param {{ executorId: number }} executor @param {string} state */
  executorState({ executorId }, state) {
    this.executorId = executorId;
    if (state === 'RUNNING') this.#isRunning();
  }
  executorCores() {}
  /** @param {{ taskId: string }} task */
  pass({ taskId }) {
    const since = this.#heldSince.get(taskId) ?? 0;
    this.#heldSince.delete(taskId);
    this.#heldMs.push(performance.now() - since);
    const end = () => this.#ended(taskId);
    if (this.#job?.taskMs) setTimeout(end, this.#job.taskMs);
    else setImmediate(end);
  }
  /** @param {{ name: string }} task @param {{ message: string }} detail */
  taskLost({ name }, { message }) {
    this.problem ??= `${name} was lost: ${message}`;
  }
  unpaid() {
    this.problem ??= 'a task lost its cores';
  }
  waiting() {}
  /** @param {Error} error */
  failed({ message }) {
    this.problem ??= message;
  }

  /**
   * Runs so many tasks, as many at a time as the executor has cores.
   * @param {number} tasks @param {number} taskMs @returns {Promise<JobFigures>}
   */
  async run(tasks, taskMs = 0) {
    await this.ready;
    this.#heldMs = [];
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    await new Promise((resolve) => {
      this.#job = { left: tasks, open: 0, next: 0, taskMs, done: () => resolve(undefined) };
      for (let core = 0; core < this.cores; core += 1) this.#hold();
    });
    const elapsedMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(cpu);
    if (this.problem !== undefined) throw new Error(this.problem);
    const held = this.#heldMs.sort((a, b) => a - b);
    return {
      tasksPerSecond: (tasks / elapsedMs) * 1000,
      heldP50Ms: held[held.length >> 1] ?? 0,
      heldP99Ms: held[Math.floor(held.length * 0.99)] ?? 0,
      cpuMsPerTask: (user + system) / 1000 / tasks,
    };
  }

  /** Ends the job after the tasks that run. */
  finish() {
    if (this.#job !== undefined) this.#job.left = 0;
  }

  async close() {
    await this.backend.stop({ graceMs: 0 });
    await this.#lines?.close();
  }

  /** @param {boolean} lines */
  async #start(lines) {
    const host = '127.0.0.1';
    const listener = this.backend;
    if (lines)
      this.#lines = await SlotLines.listen({ host, advertisedHost: host, listener, logger: silentLogger });
    this.backend.start();
  }

  #hold() {
    const job = this.#job;
    if (job === undefined || job.left === 0) return;
    job.left -= 1;
    job.open += 1;
    const taskId = String(this.#nextTask);
    this.#nextTask += 1;
    this.#heldSince.set(taskId, performance.now());
    const name = `task ${taskId}.0 in stage 0.0 (TID ${taskId})`;
    this.backend.hold({ taskId, name, executorId: this.executorId ?? 0 });
  }

  /** @param {string} taskId */
  #ended(taskId) {
    const job = this.#job;
    this.backend.ended(taskId, 'FINISHED');
    if (job === undefined) return;
    job.open -= 1;
    if (job.left > 0) this.#hold();
    else if (job.open === 0) job.done();
  }
}
