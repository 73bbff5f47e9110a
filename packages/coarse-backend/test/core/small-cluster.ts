import type { mesos } from '@spark-mesos/mesos-proto';
import { makeOffer, makeStatus } from '@spark-mesos/scheduler-utils/testing';
import type { AgentId, CoarseEffect, CoarseEvent, CoarseSettings, ExecutorTotals } from '../../src/index.ts';
import { CoarseScheduler, DEFAULT_COARSE_SETTINGS } from '../../src/index.ts';
import { plainLaunch, scalarOf } from './harness.ts';

interface Agent {
  cpus: number;
  mem: number;
  readonly total: { readonly cpus: number; readonly mem: number };
}

interface Task {
  readonly agentId: string;
  readonly cpus: number;
  readonly mem: number;
  state: 'TASK_STAGING' | 'TASK_RUNNING';
}

/** A master that keeps the books of a few agents and complains about whatever a real one would refuse. */
export class SmallCluster {
  readonly scheduler: CoarseScheduler;
  readonly agents: Agent[];
  readonly tasks = new Map<string, Task>();
  readonly seenTaskIds = new Set<string>();
  readonly seenExecutorIds = new Set<number>();
  readonly complaints: string[] = [];
  readonly #settings: CoarseSettings;
  readonly #outstanding = new Map<string, { agent: Agent; agentId: string; cpus: number; mem: number }>();
  totals: ExecutorTotals = new Map();
  nowMs = 0;
  #offers = 0;
  isTornDown = false;

  constructor(agents: readonly { cpus: number; mem: number }[], settings: Partial<CoarseSettings>) {
    this.#settings = { ...DEFAULT_COARSE_SETTINGS, ...settings };
    this.agents = agents.map((total) => ({ ...total, total }));
    this.scheduler = new CoarseScheduler({
      settings: this.#settings,
      taskIdPrefix: 'p',
      launch: plainLaunch,
    });
  }

  /** Hands an event to the scheduler and carries out what it wants. */
  tell(event: CoarseEvent): void {
    for (const effect of this.scheduler.handle(event, this.nowMs)) {
      this.#carryOut(effect);
    }
    const wakeMs = this.scheduler.nextWakeMs();
    if (event.kind === 'wake' && wakeMs !== undefined && wakeMs <= this.nowMs) {
      this.complaints.push('wants to be woken at once, again and again');
    }
    this.#checkLimits();
  }

  /** Offers what agents have free, each agent's in so many pieces. */
  offer(pieces: number): void {
    const offers = this.agents.flatMap((agent, index) => {
      const agentId = `a${index}`;
      const cpus = Math.floor((agent.cpus / pieces) * 1000) / 1000;
      const mem = Math.floor(agent.mem / pieces);
      return Array.from({ length: pieces }, () => {
        this.#offers += 1;
        const id = `o${this.#offers}`;
        agent.cpus -= cpus;
        agent.mem -= mem;
        this.#outstanding.set(id, { agent, agentId, cpus, mem });
        return makeOffer({ id, agentId, cpus, memMiB: mem });
      });
    });
    this.tell({ kind: 'offers', offers });
    if (this.#outstanding.size > 0 && !this.isTornDown) {
      this.complaints.push('an offer was left without an answer');
    }
  }

  /** The update of a task; an end gives its resources back. */
  update(taskId: string, state: keyof typeof mesos.v1.TaskState): void {
    const task = this.tasks.get(taskId);
    if (task !== undefined) {
      if (state === 'TASK_RUNNING' || state === 'TASK_STAGING') {
        task.state = state;
      } else {
        this.#end(taskId, task);
      }
    }
    this.tell({ kind: 'update', status: makeStatus(taskId, state) });
  }

  /** An agent goes for good: the master tells the end of each of its tasks, and then that of the agent. */
  loseAgent(index: number): void {
    const agentId = `a${index}`;
    for (const [taskId, task] of [...this.tasks]) {
      if (task.agentId === agentId) {
        this.update(taskId, 'TASK_GONE_BY_OPERATOR');
      }
    }
    this.tell({ kind: 'agentLost', agentId: agentId as AgentId });
  }

  /** Whether all resources are where they were at the start. */
  get isWhole(): boolean {
    return this.agents.every(
      ({ cpus, mem, total }) => Math.abs(cpus - total.cpus) < 1e-6 && mem === total.mem,
    );
  }

  #end(taskId: string, task: Task): void {
    this.tasks.delete(taskId);
    const agent = this.agents[Number(task.agentId.slice(1))];
    if (agent !== undefined) {
      agent.cpus += task.cpus;
      agent.mem += task.mem;
    }
  }

  #carryOut(effect: CoarseEffect): void {
    switch (effect.kind) {
      case 'accept':
        this.#accept(effect);
        break;
      case 'decline':
        for (const offerId of effect.offerIds) {
          this.#takeBack(offerId);
        }
        break;
      case 'teardown':
        this.isTornDown = true;
        for (const [taskId, task] of this.tasks) {
          this.#end(taskId, task);
        }
        break;
      default:
    }
  }

  #takeBack(offerId: string) {
    const offer = this.#outstanding.get(offerId);
    if (offer === undefined) {
      this.complaints.push(`offer ${offerId} was answered twice`);
      return undefined;
    }
    this.#outstanding.delete(offerId);
    offer.agent.cpus += offer.cpus;
    offer.agent.mem += offer.mem;
    return offer;
  }

  #accept({ offerIds, tasks, executors }: Extract<CoarseEffect, { kind: 'accept' }>): void {
    for (const { executorId } of executors) {
      if (this.seenExecutorIds.has(executorId)) {
        this.complaints.push(`executor id ${executorId} came twice`);
      }
      this.seenExecutorIds.add(executorId);
    }
    const offers = offerIds.map((offerId) => this.#takeBack(offerId)).filter((offer) => offer !== undefined);
    const [first] = offers;
    if (first === undefined || offers.some(({ agentId }) => agentId !== first.agentId)) {
      this.complaints.push('offers of several agents, or none, were accepted together');
      return;
    }
    const offered = { cpus: sum(offers, 'cpus'), mem: sum(offers, 'mem') };
    const taken = { cpus: 0, mem: 0 };
    for (const task of tasks) {
      const [cpus, mem] = [scalarOf(task, 'cpus'), scalarOf(task, 'mem')];
      taken.cpus += cpus;
      taken.mem += mem;
      if (this.seenTaskIds.has(task.taskId.value)) {
        this.complaints.push(`task id ${task.taskId.value} came twice`);
      }
      this.seenTaskIds.add(task.taskId.value);
      this.tasks.set(task.taskId.value, { agentId: first.agentId, cpus, mem, state: 'TASK_STAGING' });
    }
    first.agent.cpus -= taken.cpus;
    first.agent.mem -= taken.mem;
    if (tasks.length === 0 || taken.cpus > offered.cpus + 1e-6 || taken.mem > offered.mem) {
      this.complaints.push(`${JSON.stringify(taken)} were taken of ${JSON.stringify(offered)}`);
    }
  }

  #checkLimits(): void {
    const held = [...this.tasks.values()];
    if (this.#settings.coresMax !== undefined && sum(held, 'cpus') > this.#settings.coresMax) {
      this.complaints.push(`${sum(held, 'cpus')} cores are held`);
    }
    const { cores, executors } = this.scheduler.snapshot(this.nowMs);
    if (!this.isTornDown && (cores !== sum(held, 'cpus') || executors.length !== held.length)) {
      this.complaints.push(
        `its books say ${executors.length} with ${cores}, the master's ${held.length} with ${sum(held, 'cpus')}`,
      );
    }
  }
}

function sum(things: readonly { cpus: number; mem: number }[], name: 'cpus' | 'mem'): number {
  return things.reduce((total, thing) => total + thing[name], 0);
}
