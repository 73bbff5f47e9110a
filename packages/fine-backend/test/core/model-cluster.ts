import type { mesos } from '@spark-mesos/mesos-proto';
import { toThousandths } from '@spark-mesos/scheduler-utils';
import { makeStatus } from '@spark-mesos/scheduler-utils/testing';
import { expect } from 'vitest';
import type { FineEffect, FineSettings } from '../../src/index.ts';
import { Harness, plainLaunch, taskOf } from './harness.ts';

/** Something that happens. Indices choose among what there is. */
export type Step =
  | { readonly kind: 'hold'; readonly on: number; readonly big: boolean }
  | { readonly kind: 'finishTask'; readonly index: number }
  | { readonly kind: 'report'; readonly index: number }
  | { readonly kind: 'offer' }
  | { readonly kind: 'advance'; readonly milliseconds: number }
  | { readonly kind: 'killTask'; readonly index: number }
  /** A slot opens its line, or loses it. */
  | { readonly kind: 'connect' | 'disconnect'; readonly index: number }
  | { readonly kind: 'loseTask'; readonly index: number }
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'killExecutor'; readonly index: number };

/** A Mesos task as its agent has it. */
interface AgentTask {
  readonly id: string;
  readonly agentId: string;
  readonly cpus: number;
  state: 'launched' | 'running' | 'killed';
}

/** A Spark task as its application has it. */
interface OpenTask {
  readonly executorId: number;
  readonly cpus: number;
  readonly number: number;
  phase: 'held' | 'running' | 'unpaid';
}

const AGENTS = ['a', 'b', 'c'];
const CORES_PER_AGENT = 4;

/** Agents, a master and an application that do whatever may happen, and know what must hold. */
export class ModelCluster {
  readonly harness: Harness;
  readonly launched: mesos.v1.ITaskInfo[] = [];
  readonly #settings: Partial<FineSettings>;
  readonly #tasks = new Map<string, AgentTask>();
  readonly #everLaunched = new Set<string>();
  readonly #executors = new Map<number, string>();
  readonly #open = new Map<string, OpenTask>();
  readonly #everPassed = new Set<string>();
  /** The number of the task that was passed on last, by executor and size. */
  readonly #lastPassed = new Map<string, number>();
  #nextTask = 0;
  #nextOffer = 0;

  constructor(settings: Partial<FineSettings>) {
    this.#settings = settings;
    const slotLine = () => ({ host: 'gateway', port: 7200, token: 'token' });
    this.harness = new Harness(settings, plainLaunch, false, slotLine);
    this.harness.subscribed();
    this.#look();
  }

  take(step: Step): void {
    const { harness } = this;
    switch (step.kind) {
      case 'hold':
        this.#hold(step.on, step.big ? 2 : 1);
        break;
      case 'finishTask':
        this.#finish(
          pick(
            [...this.#open].filter(([, { phase }]) => phase !== 'held').map(([id]) => id),
            step.index,
          ),
        );
        break;
      case 'killTask': {
        const taskId = pick([...this.#open.keys()], step.index);
        if (taskId !== undefined) {
          harness.handle({ kind: 'killed', taskId });
        }
        break;
      }
      case 'report':
        this.#report(
          pick(
            [...this.#tasks.values()].filter(({ state }) => state !== 'running'),
            step.index,
          ),
        );
        break;
      case 'loseTask':
        this.#end(pick(this.#losable(), step.index), 'TASK_FAILED');
        break;
      case 'connect':
      case 'disconnect': {
        const taskId = pick([...this.#everLaunched], step.index);
        if (taskId !== undefined) {
          const kind = step.kind === 'connect' ? 'slotConnected' : 'slotDisconnected';
          harness.handle({ kind, taskId });
        }
        break;
      }
      case 'offer':
        this.#offerAll();
        break;
      case 'advance':
        harness.advance(step.milliseconds);
        break;
      case 'reconnect':
        harness.handle({ kind: 'disconnected', reason: 'chance' }).advance(20).subscribed();
        break;
      case 'killExecutor': {
        const executorId = pick([...this.#executors.keys()], step.index);
        harness.handle({ kind: 'killExecutors', executorIds: executorId === undefined ? [] : [executorId] });
        break;
      }
    }
    this.#look();
  }

  /** What must hold at every moment. */
  check(): void {
    const { cores, heldTasks, passedTasks } = this.harness.scheduler.snapshot(this.harness.nowMs);
    const held = [...this.#tasks.values()].reduce((sum, { cpus }) => sum + toThousandths(cpus), 0);
    expect(toThousandths(cores)).toBe(held);
    expect(held).toBeLessThanOrEqual(toThousandths(this.#settings.coresMax ?? Number.POSITIVE_INFINITY));
    const phases = [...this.#open.values()].map(({ phase }) => phase);
    expect(heldTasks).toBe(phases.filter((phase) => phase === 'held').length);
    expect(passedTasks).toBe(phases.filter((phase) => phase !== 'held').length);
    this.#checkPayment();
  }

  /** Lets everything come to its end. */
  settle(): void {
    for (let round = 0; round < 200 && (this.#open.size > 0 || this.slotsHeld() > 0); round += 1) {
      for (const task of [...this.#tasks.values()].filter(({ state }) => state !== 'running')) {
        this.#report(task);
        this.#look();
      }
      this.#offerAll();
      this.#look();
      for (const [id, { phase }] of [...this.#open]) {
        if (phase !== 'held') {
          this.#finish(id);
          this.#look();
        }
      }
      this.harness.advance(1000);
      this.#look();
    }
  }

  openTasks(): string[] {
    return [...this.#open.keys()];
  }

  slotsHeld(): number {
    return [...this.#tasks.keys()].filter((id) => id.startsWith('p-s')).length;
  }

  /** On each executor, the running tasks that are paid for have slots enough. */
  #checkPayment(): void {
    for (const [executorId, agentId] of this.#executors) {
      const running = [...this.#open.values()].filter(
        (task) => task.executorId === executorId && task.phase === 'running',
      );
      const needed = running.reduce((sum, { cpus }) => sum + cpus, 0);
      const paid = [...this.#tasks.values()].filter(
        (task) => task.agentId === agentId && task.id.startsWith('p-s') && task.state === 'running',
      );
      expect(paid.reduce((sum, { cpus }) => sum + cpus, 0)).toBeGreaterThanOrEqual(needed);
    }
  }

  #hold(on: number, cpus: number): void {
    const executorId = pick([...this.#executors.keys()], on);
    if (executorId === undefined) {
      return;
    }
    const number = this.#nextTask;
    this.#nextTask += 1;
    this.#open.set(`${number}`, { executorId, cpus, number, phase: 'held' });
    this.harness.handle({ kind: 'hold', task: { ...taskOf(`${number}`, executorId), cpus } });
  }

  #finish(taskId: string | undefined): void {
    if (taskId !== undefined) {
      this.#open.delete(taskId);
      this.harness.ended(taskId);
    }
  }

  /** The agent says what it has done with a task. */
  #report(task: AgentTask | undefined): void {
    if (task?.state === 'killed') {
      this.#end(task, 'TASK_KILLED');
    } else if (task !== undefined) {
      task.state = 'running';
      this.#update(task, 'TASK_RUNNING');
    }
  }

  #end(task: AgentTask | undefined, state: 'TASK_FAILED' | 'TASK_KILLED'): void {
    if (task !== undefined) {
      this.#tasks.delete(task.id);
      this.#update(task, state);
    }
  }

  #update({ id, agentId }: AgentTask, state: 'TASK_FAILED' | 'TASK_KILLED' | 'TASK_RUNNING'): void {
    this.harness.handle({ kind: 'update', status: makeStatus(id, state, { agentId }) });
  }

  /** Slots mostly, and every now and then an executor: with that all is gone that was there. */
  #losable(): AgentTask[] {
    const slots = [...this.#tasks.values()].filter(({ id }) => id.startsWith('p-s'));
    return slots.length > 1 ? slots : [...this.#tasks.values()];
  }

  /** Each agent offers what it has left. */
  #offerAll(): void {
    for (const agentId of AGENTS) {
      const used = [...this.#tasks.values()].filter((task) => task.agentId === agentId);
      const cpus = CORES_PER_AGENT - used.reduce((sum, task) => sum + task.cpus, 0);
      this.#nextOffer += 1;
      this.harness.offers({ id: `o${this.#nextOffer}`, agentId, cpus, memMiB: 8192 });
      this.#look();
    }
  }

  /** Does what the scheduler wants done, and holds it against what is allowed. */
  #look(): void {
    const effects = this.harness.effects;
    this.harness.forget();
    for (const effect of effects) {
      this.#carryOut(effect);
    }
  }

  #carryOut(effect: FineEffect): void {
    switch (effect.kind) {
      case 'accept':
        this.#launch(effect.tasks, effect.agentId);
        if (effect.executor !== undefined) {
          this.#executors.set(effect.executor.executorId, effect.executor.agentId);
        }
        break;
      case 'tellEnd':
      case 'endSlot':
      case 'kill': {
        const task = this.#tasks.get(effect.taskId);
        if (task !== undefined) {
          task.state = 'killed';
        }
        break;
      }
      case 'pass':
        this.#pass(effect.task.taskId, effect.reason === 'paid');
        break;
      case 'unpaid':
        expect(this.#open.get(effect.task.taskId)?.phase).toBe('running');
        this.#set(effect.task.taskId, 'unpaid');
        break;
      case 'handBack':
        expect(this.#open.get(effect.task.taskId)?.phase).toBe('held');
        this.#set(effect.task.taskId, 'unpaid');
        break;
      case 'taskLost':
        expect(this.#open.get(effect.task.taskId)?.phase === 'held').toBe(!effect.detail.wasPassed);
        this.#open.delete(effect.task.taskId);
        break;
      case 'executorState':
        if (effect.state !== 'RUNNING' && effect.state !== 'LAUNCHING') {
          this.#executors.delete(effect.executor.executorId);
        }
        break;
      default:
        break;
    }
  }

  #launch(tasks: readonly mesos.v1.ITaskInfo[], agentId: string): void {
    for (const task of tasks) {
      const id = task.taskId.value;
      expect(this.#everLaunched.has(id)).toBe(false);
      this.#everLaunched.add(id);
      this.launched.push(task);
      const isAnchor = id.startsWith('p-e');
      const resources = isAnchor ? (task.executor?.resources ?? task.resources) : task.resources;
      const cpus = (resources ?? []).find(({ name }) => name === 'cpus')?.scalar?.value ?? 0;
      this.#tasks.set(id, { id, agentId, cpus, state: 'launched' });
    }
    const used = [...this.#tasks.values()].filter((task) => task.agentId === agentId);
    expect(toThousandths(used.reduce((sum, { cpus }) => sum + cpus, 0))).toBeLessThanOrEqual(
      toThousandths(CORES_PER_AGENT),
    );
  }

  #pass(taskId: string, isPaid: boolean): void {
    const task = this.#open.get(taskId);
    expect(task?.phase).toBe('held');
    expect(this.#everPassed.has(taskId)).toBe(false);
    this.#everPassed.add(taskId);
    this.#set(taskId, isPaid ? 'running' : 'unpaid');
    // In exact mode each task waits for a Mesos task of its own, and those run in whatever order agents like.
    if (task !== undefined && isPaid && !this.#settings.exact) {
      const key = `${task.executorId} ${task.cpus}`;
      expect(this.#lastPassed.get(key) ?? -1).toBeLessThan(task.number);
      this.#lastPassed.set(key, task.number);
    }
  }

  #set(taskId: string, phase: OpenTask['phase']): void {
    const task = this.#open.get(taskId);
    if (task !== undefined) {
      task.phase = phase;
    }
  }
}

function pick<Item>(items: readonly Item[], index: number): Item | undefined {
  return items[index % Math.max(1, items.length)];
}
