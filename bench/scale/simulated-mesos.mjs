// A Mesos of many agents without a process behind them: the embedded master's own allocator decides who is offered what,
// time passes in seconds, tasks start after a few of them. It believes no framework: an offer that is used twice, a task
// id that comes twice, and more than was offered end the simulation.

import { Allocator } from '../../packages/mesos-local/dist/allocation/allocator.js';
import { ResourceSet } from '../../packages/mesos-local/dist/resources/resource-set.js';
import { mesos } from '../../packages/mesos-proto/dist/index.js';
import { newMachine, offerOf, ROLE } from './machines.mjs';
import { randomNumbers } from './random.mjs';

/** @typedef {import('./machines.mjs').Machine} Machine */
/** @typedef {import('./simulated-framework.mjs').SimulatedFramework} SimulatedFramework */
/** @typedef {import('../../packages/mesos-local/dist/allocation/allocator.js').Allocation} Allocation */

/**
 * @typedef {object} Task
 * @property {string} id
 * @property {SimulatedFramework} framework
 * @property {Machine} machine
 * @property {ResourceSet} resources
 * @property {boolean} isRunning
 */

const { TaskState } = mesos.v1;
const { Type } = mesos.v1.scheduler.Call;

/** Mesos looks for somebody to offer things to once a second. */
const CYCLE_MS = 1000;
/** What Mesos takes for a refusal of which nobody says how long it holds. */
const DEFAULT_REFUSE_SECONDS = 5;
/** A task runs after one to so many seconds. */
const LONGEST_START_SECONDS = 5;

export class SimulatedMesos {
  nowMs = 1_000_000;
  /** @type {Map<string, Machine>} */
  machines = new Map();
  /** @type {Map<string, SimulatedFramework>} */
  frameworks = new Map();
  /** @type {Map<string, Task>} */
  tasks = new Map();
  /** How many offers were made. */
  offersMade = 0;
  #random;
  #allocator = new Allocator(CYCLE_MS);
  #nextMachine = 0;
  /** @type {Map<string, { allocation: Allocation, machine: Machine }>} */
  #offers = new Map();
  /** @type {Map<string, Set<Task>>} by machine */
  #tasksOn = new Map();
  /** Ids of all tasks that there ever were. @type {Set<string>} */
  #taskIds = new Set();
  /** What is to be done at a time. @type {Map<number, (() => void)[]>} */
  #due = new Map();
  /** Most tasks of a cluster are of few sizes. @type {Map<string, ResourceSet>} */
  #sizes = new Map();

  /** @type {(random: () => number) => number | undefined} */
  #lifeSeconds;

  /** @param {{ machines: number, seed: number, lifeSeconds?: (random: () => number) => number | undefined }} options `lifeSeconds`: after how long a task ends by itself; without it none does */
  constructor({ machines, seed, lifeSeconds = () => undefined }) {
    this.#random = randomNumbers(seed);
    this.#lifeSeconds = lifeSeconds;
    for (let count = 0; count < machines; count += 1) this.addMachine();
  }

  /** All processors of the cluster. */
  get cpus() {
    let sum = 0;
    for (const { cpus } of this.machines.values()) sum += cpus;
    return sum;
  }

  addMachine() {
    const machine = newMachine(this.#nextMachine, this.#random);
    this.#nextMachine += 1;
    this.machines.set(machine.agentId, machine);
    this.#tasksOn.set(machine.agentId, new Set());
    this.#allocator.addAgent(/** @type {any} */ (machine.agentId), machine.resources);
  }

  /** An operator takes an agent away: its tasks are gone. @param {string} agentId */
  removeMachine(agentId) {
    const tasks = [...(this.#tasksOn.get(agentId) ?? [])];
    for (const task of tasks) this.#end(task);
    this.#allocator.removeAgent(/** @type {any} */ (agentId));
    this.machines.delete(agentId);
    this.#tasksOn.delete(agentId);
    for (const task of tasks) this.#tell(task, TaskState.TASK_GONE_BY_OPERATOR);
    const frameworks = new Set(tasks.map(({ framework }) => framework));
    for (const framework of frameworks) framework.handle({ kind: 'agentLost', agentId });
  }

  /** @param {SimulatedFramework} framework */
  subscribe(framework) {
    this.frameworks.set(framework.id, framework);
    const client = { roles: [ROLE], suppressedRoles: [], takesGpus: false };
    this.#allocator.addFramework(/** @type {any} */ (framework.id), client);
    framework.handle({ kind: 'subscribed', frameworkId: framework.id });
  }

  /** A framework ends, and all of its tasks with it. @param {SimulatedFramework} framework */
  tearDown(framework) {
    this.frameworks.delete(framework.id);
    for (const task of this.tasks.values()) if (task.framework === framework) this.#end(task);
    this.#allocator.removeFramework(/** @type {any} */ (framework.id));
  }

  /** Lets a second pass, and answers how many offers were made. */
  tick() {
    this.nowMs += CYCLE_MS;
    const due = this.#due.get(this.nowMs) ?? [];
    this.#due.delete(this.nowMs);
    for (const action of due) action();
    for (const framework of this.frameworks.values()) framework.wakeIfDue();
    return this.#offer();
  }

  /** Does something after so many seconds. @param {number} seconds @param {() => void} action */
  later(seconds, action) {
    const atMs = this.nowMs + seconds * CYCLE_MS;
    const there = this.#due.get(atMs);
    if (there === undefined) this.#due.set(atMs, [action]);
    else there.push(action);
  }

  /** @param {SimulatedFramework} framework @param {mesos.v1.scheduler.ICall} call */
  obey(framework, call) {
    const id = /** @type {any} */ (framework.id);
    switch (call.type) {
      case Type.ACCEPT:
        this.#accept(framework, /** @type {mesos.v1.scheduler.Call.IAccept} */ (call.accept));
        break;
      case Type.DECLINE:
        for (const offerId of call.decline?.offerIds ?? []) {
          const { allocation } = this.#takeOffer(framework, offerId.value);
          this.#refuse(allocation, allocation.resources, call.decline?.filters);
        }
        break;
      case Type.REVIVE:
        this.#allocator.revive(id, []);
        break;
      case Type.SUPPRESS:
        this.#allocator.suppress(id, []);
        break;
      case Type.KILL:
        this.#kill(call.kill?.taskId?.value ?? '');
        break;
      case Type.RECONCILE:
        this.later(1, () => this.#reconcile(framework, call.reconcile?.tasks ?? []));
        break;
      default:
        throw new Error(`the simulated Mesos knows no call ${call.type}`);
    }
  }

  #offer() {
    /** @type {Map<string, Allocation[]>} */
    const byFramework = new Map();
    const allocations = this.#allocator.allocate(this.nowMs);
    for (const allocation of allocations) {
      const theirs = byFramework.get(allocation.frameworkId);
      if (theirs === undefined) byFramework.set(allocation.frameworkId, [allocation]);
      else theirs.push(allocation);
    }
    for (const [frameworkId, theirs] of byFramework) {
      const framework = /** @type {SimulatedFramework} */ (this.frameworks.get(frameworkId));
      const offers = theirs.map((allocation) => this.#offerOf(framework, allocation));
      framework.handle({ kind: 'offers', offers });
      if (this.#offers.size > 0)
        throw new Error(`${frameworkId} left ${this.#offers.size} offers unanswered`);
    }
    return allocations.length;
  }

  /** @param {SimulatedFramework} framework @param {Allocation} allocation */
  #offerOf(framework, allocation) {
    const machine = /** @type {Machine} */ (this.machines.get(allocation.agentId));
    this.offersMade += 1;
    const id = `9d1f6c1e-51c8-4d46-a9b0-0f4c2c3c1b7e-O${this.offersMade}`;
    this.#offers.set(id, { allocation, machine });
    return offerOf({ id, frameworkId: framework.id, machine, resources: allocation.resources });
  }

  /** @param {SimulatedFramework} framework @param {mesos.v1.scheduler.Call.IAccept} accept */
  #accept(framework, accept) {
    const offers = (accept.offerIds ?? []).map(({ value }) => this.#takeOffer(framework, value));
    const [first] = offers;
    if (first === undefined) throw new Error('an ACCEPT has no offer');
    const { allocation, machine } = first;
    let left = ResourceSet.empty;
    for (const offer of offers) left = left.plus(offer.allocation.resources);
    for (const { launch } of accept.operations ?? []) {
      for (const task of launch?.taskInfos ?? []) {
        const resources = this.#sizeOf(task.resources ?? []);
        // It throws where the offer has less.
        left = left.take(resources);
        this.#start(framework, machine, task.taskId?.value ?? '', resources);
      }
    }
    this.#refuse(allocation, left, accept.filters);
  }

  /** @param {SimulatedFramework} framework @param {string} offerId */
  #takeOffer(framework, offerId) {
    const offer = this.#offers.get(offerId);
    if (offer?.allocation.frameworkId !== framework.id) {
      throw new Error(`${framework.id} has no offer ${offerId}, or has answered it before`);
    }
    this.#offers.delete(offerId);
    return offer;
  }

  /** @param {SimulatedFramework} framework @param {Machine} machine @param {string} taskId @param {ResourceSet} resources */
  #start(framework, machine, taskId, resources) {
    const id = `${framework.id}/${taskId}`;
    if (this.#taskIds.has(id)) throw new Error(`the task ${id} was launched before`);
    this.#taskIds.add(id);
    const task = { id, framework, machine, resources, isRunning: false };
    this.tasks.set(id, task);
    this.#tasksOn.get(machine.agentId)?.add(task);
    framework.launched += 1;
    const startSeconds = 1 + Math.floor(this.#random() * LONGEST_START_SECONDS);
    this.later(startSeconds, () => {
      if (!this.tasks.has(id)) return;
      task.isRunning = true;
      this.#tell(task, TaskState.TASK_RUNNING);
    });
    const lifeSeconds = this.#lifeSeconds(this.#random);
    if (lifeSeconds !== undefined) this.later(startSeconds + lifeSeconds, () => this.#finish(task));
  }

  /** Tasks of one size share a set. @param {mesos.v1.IResource[]} resources */
  #sizeOf(resources) {
    const key = resources.map(({ name, scalar }) => `${name}:${scalar?.value}`).join(';');
    const known = this.#sizes.get(key);
    if (known !== undefined) return known;
    const made = ResourceSet.of(resources);
    this.#sizes.set(key, made);
    return made;
  }

  /** @param {Allocation} allocation @param {ResourceSet} resources @param {mesos.v1.IFilters | null | undefined} filters */
  #refuse(allocation, resources, filters) {
    if (resources.isEmpty) return;
    const refuseMs = (filters?.refuseSeconds ?? DEFAULT_REFUSE_SECONDS) * 1000;
    this.#allocator.recover({ ...allocation, resources }, { refuseMs, nowMs: this.nowMs });
  }

  /** @param {Task} task */
  #finish(task) {
    if (!this.tasks.has(task.id)) return;
    this.#end(task);
    this.#tell(task, TaskState.TASK_FINISHED);
  }

  /** @param {Task} task */
  #end(task) {
    const { id, framework, machine, resources } = task;
    this.tasks.delete(id);
    this.#tasksOn.get(machine.agentId)?.delete(task);
    const place = { frameworkId: framework.id, role: ROLE, agentId: machine.agentId };
    this.#allocator.recover(/** @type {any} */ ({ ...place, resources }));
  }

  /** @param {string} taskId */
  #kill(taskId) {
    for (const framework of this.frameworks.values()) {
      const task = this.tasks.get(`${framework.id}/${taskId}`);
      if (task === undefined) continue;
      this.later(1, () => {
        if (!this.tasks.has(task.id)) return;
        this.#end(task);
        this.#tell(task, TaskState.TASK_KILLED);
      });
    }
  }

  /** @param {SimulatedFramework} framework @param {readonly mesos.v1.scheduler.Call.Reconcile.ITask[]} asked */
  #reconcile(framework, asked) {
    for (const { taskId, agentId } of asked) {
      const task = this.tasks.get(`${framework.id}/${taskId?.value}`);
      if (task?.isRunning) this.#tell(task, TaskState.TASK_RUNNING, false);
      else if (task === undefined) {
        framework.handle({ kind: 'update', status: { taskId, agentId, state: TaskState.TASK_GONE } });
      }
    }
  }

  /** @param {Task} task @param {mesos.v1.TaskState} state @param {boolean} isNews what is asked for needs no answer */
  #tell({ id, framework, machine }, state, isNews = true) {
    const taskId = { value: id.slice(framework.id.length + 1) };
    const uuid = isNews ? { uuid: new Uint8Array(16) } : {};
    framework.handle({
      kind: 'update',
      status: { taskId, agentId: { value: machine.agentId }, state, ...uuid },
    });
  }
}
