import type { mesos } from '@spark-mesos/mesos-proto';
import { makeOffer, makeStatus } from '@spark-mesos/scheduler-utils/testing';
import type { AgentId, CoarseEffect, CoarseEvent, CoarseSettings, TaskId } from '../../src/index.ts';
import { CoarseScheduler, DEFAULT_COARSE_SETTINGS } from '../../src/index.ts';
import { DriverView } from './driver-view.ts';
import { plainLaunch, scalarOf } from './harness.ts';

type State = keyof typeof mesos.v1.TaskState;
type EffectOf<Kind extends CoarseEffect['kind']> = Extract<CoarseEffect, { kind: Kind }>;

interface ModelAgent {
  readonly id: string;
  readonly cpus: number;
  readonly mem: number;
  isCutOff: boolean;
}

interface ModelTask {
  readonly agent: ModelAgent;
  readonly cpus: number;
  readonly mem: number;
  state: 'TASK_STAGING' | 'TASK_RUNNING';
}

interface Update {
  readonly status: mesos.v1.ITaskStatus;
  /** Whether an agent sends it until it is acknowledged; what the master makes it sends once. */
  readonly isRepeated: boolean;
}

/** How the next ACCEPT fares. */
export type AcceptFate = 'arrives' | 'rescinded' | 'lost' | 'arrives but nobody knows';

/**
 * A cluster that keeps the truth about tasks apart from what a scheduler is told of them: updates wait until a test
 * delivers, repeats, loses or mixes them up; agents are cut off and come back; calls get lost.
 */
export class ModelCluster {
  readonly scheduler: CoarseScheduler;
  readonly driver = new DriverView();
  readonly tasks = new Map<string, ModelTask>();
  readonly pending: Update[] = [];
  nowMs = 0;
  isConnected = false;
  nextAccept: AcceptFate = 'arrives';
  losesKills = false;
  agents: ModelAgent[];
  readonly #settings: CoarseSettings;
  readonly #outstanding = new Map<string, ModelAgent>();
  #lastId = 0;

  constructor(machines: readonly { cpus: number; mem: number }[], settings: Partial<CoarseSettings>) {
    this.#settings = { ...DEFAULT_COARSE_SETTINGS, maxStartFailures: 1_000_000, ...settings };
    this.agents = machines.map((machine) => this.#newAgent(machine));
    this.scheduler = new CoarseScheduler({
      settings: this.#settings,
      taskIdPrefix: 'p',
      launch: plainLaunch,
      random: () => 0,
    });
  }

  tell(event: CoarseEvent): void {
    for (const effect of this.scheduler.handle(event, this.nowMs)) {
      this.driver.hear(effect);
      this.#carryOut(effect);
    }
    this.driver.check(this.scheduler.snapshot(this.nowMs), this.#settings.coresMax);
  }

  connect(): void {
    if (!this.isConnected) {
      this.isConnected = true;
      this.tell({ kind: 'subscribed', frameworkId: 'f' });
    }
  }

  disconnect(): void {
    if (this.isConnected) {
      this.isConnected = false;
      this.tell({ kind: 'disconnected', reason: 'x' });
    }
  }

  /** Lets time pass, waking the scheduler whenever it wants to be woken. */
  pass(milliseconds: number): void {
    const endMs = this.nowMs + milliseconds;
    for (let wakes = 0; ; wakes += 1) {
      const wakeMs = this.scheduler.nextWakeMs();
      if (wakeMs === undefined || wakeMs > endMs) {
        break;
      }
      if (wakes > 10_000) {
        throw new Error('it wants to be woken again and again');
      }
      this.nowMs = Math.max(this.nowMs, wakeMs);
      this.tell({ kind: 'wake' });
    }
    this.nowMs = endMs;
  }

  /** Offers what agents have free. */
  offer(): void {
    if (!this.isConnected) {
      return;
    }
    const offers = this.agents
      .filter((agent) => !agent.isCutOff && ![...this.#outstanding.values()].includes(agent))
      .map((agent) => {
        const id = `o${this.#newId()}`;
        this.#outstanding.set(id, agent);
        const { cpus, mem } = this.free(agent);
        return makeOffer({ id, agentId: agent.id, cpus, memMiB: mem });
      });
    this.tell({ kind: 'offers', offers });
    this.driver.complainIf(this.#outstanding.size > 0, 'an offer was left without an answer');
    this.#outstanding.clear();
  }

  free(agent: ModelAgent): { cpus: number; mem: number } {
    const held = [...this.tasks.values()].filter((task) => task.agent === agent);
    return {
      cpus: held.reduce((rest, { cpus }) => rest - cpus, agent.cpus),
      mem: held.reduce((rest, { mem }) => rest - mem, agent.mem),
    };
  }

  /** A task comes up. */
  run(taskId: string): void {
    const task = this.tasks.get(taskId);
    if (task?.state === 'TASK_STAGING') {
      task.state = 'TASK_RUNNING';
      this.#send(taskId, 'TASK_RUNNING', task.agent);
    }
  }

  /** A task ends. */
  end(taskId: string, state: State): void {
    const task = this.tasks.get(taskId);
    if (task !== undefined && !task.agent.isCutOff) {
      this.tasks.delete(taskId);
      this.#send(taskId, state, task.agent);
    }
  }

  cutOff(agent: ModelAgent, isTold = true): void {
    agent.isCutOff = true;
    if (isTold) {
      this.#tellOfAll(agent, 'TASK_UNREACHABLE');
      this.#tellLost(agent);
    }
  }

  comeBack(agent: ModelAgent, isTold = true): void {
    agent.isCutOff = false;
    if (isTold) {
      this.#tellOfAll(agent);
    }
  }

  /** An agent will be under maintenance, until it is offered without a word of it. */
  maintenance(agent: ModelAgent, inMs: number): void {
    if (this.isConnected) {
      const plan = { agentId: agent.id as AgentId, startMs: this.nowMs + inMs };
      this.tell({ kind: 'maintenance', plans: [plan] });
    }
  }

  /** A machine is gone for good with all that runs there; another takes its place. */
  replace(agent: ModelAgent, isTold = true): void {
    if (isTold) {
      this.#tellOfAll(agent, 'TASK_GONE_BY_OPERATOR');
    }
    for (const [taskId, task] of this.tasks) {
      if (task.agent === agent) {
        this.tasks.delete(taskId);
      }
    }
    this.agents = this.agents.map((other) => (other === agent ? this.#newAgent(agent) : other));
    if (isTold) {
      this.#tellLost(agent);
    }
  }

  /** The scheduler hears of an update; agents repeat theirs anyway. */
  deliver(index: number, isRepeatedLater = false): void {
    const update = this.pending[index];
    if (update !== undefined && this.isConnected) {
      if (!isRepeatedLater) {
        this.pending.splice(index, 1);
      }
      this.tell({ kind: 'update', status: update.status });
    }
  }

  /** An update gets lost; what an agent sends comes again. */
  lose(index: number): void {
    if (this.pending[index]?.isRepeated === false) {
      this.pending.splice(index, 1);
    }
  }

  /** Everything works again, for long enough that all that is wanted can be had. */
  heal(): void {
    this.nextAccept = 'arrives';
    this.losesKills = false;
    this.connect();
    for (const agent of this.agents) {
      if (agent.isCutOff) {
        this.comeBack(agent);
      }
    }
    for (let round = 0; round < 120; round += 1) {
      while (this.pending.length > 0) {
        this.deliver(0);
      }
      for (const taskId of [...this.tasks.keys()]) {
        this.run(taskId);
      }
      this.pass(15_000);
      if (this.scheduler.snapshot(this.nowMs).offers === 'open') {
        this.offer();
      }
    }
  }

  #newAgent({ cpus, mem }: { cpus: number; mem: number }): ModelAgent {
    return { id: `a${this.#newId()}`, cpus, mem, isCutOff: false };
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #tellOfAll(agent: ModelAgent, state?: State): void {
    for (const [taskId, task] of this.tasks) {
      if (task.agent === agent) {
        this.#say(taskId, state ?? task.state, agent);
      }
    }
  }

  #tellLost(agent: ModelAgent): void {
    if (this.isConnected) {
      this.tell({ kind: 'agentLost', agentId: agent.id as AgentId });
    }
  }

  #send(taskId: string, state: State, { id: agentId }: ModelAgent): void {
    this.pending.push({ status: makeStatus(taskId, state, { agentId }), isRepeated: true });
  }

  /** The master says so, once, if anybody listens. */
  #say(taskId: string, state: State, agent?: ModelAgent): void {
    if (this.isConnected) {
      const reason = state === 'TASK_DROPPED' ? 'REASON_INVALID_OFFERS' : 'REASON_RECONCILIATION';
      const status = makeStatus(taskId, state, { reason, agentId: agent?.id ?? '' });
      this.pending.push({ status, isRepeated: false });
    }
  }

  #carryOut(effect: CoarseEffect): void {
    switch (effect.kind) {
      case 'accept':
        this.#accept(effect);
        break;
      case 'decline':
        for (const offerId of effect.offerIds) {
          this.driver.complainIf(!this.#outstanding.delete(offerId), `offer ${offerId} was answered twice`);
        }
        break;
      case 'kill':
        if (this.isConnected && !this.losesKills) {
          this.#kill(effect.taskId);
        }
        break;
      case 'reconcile':
        this.#reconcile(effect);
        break;
      default:
    }
  }

  #accept({ offerIds, taskIds, tasks }: EffectOf<'accept'>): void {
    const [agent] = offerIds.map((offerId) => this.#outstanding.get(offerId));
    for (const offerId of offerIds) {
      this.#outstanding.delete(offerId);
    }
    const fate = this.nextAccept;
    this.nextAccept = 'arrives';
    if (agent === undefined) {
      throw new Error('an offer was accepted that is none');
    }
    for (const task of tasks) {
      const taskId = task.taskId.value;
      if (fate === 'rescinded') {
        this.#say(taskId, 'TASK_DROPPED', agent);
      } else if (fate !== 'lost') {
        const held = { cpus: scalarOf(task, 'cpus'), mem: scalarOf(task, 'mem') };
        this.tasks.set(taskId, { agent, ...held, state: 'TASK_STAGING' });
      }
    }
    const { cpus, mem } = this.free(agent);
    this.driver.complainIf(cpus < -1e-6 || mem < 0, 'an offer was overdrawn');
    if (fate === 'lost' || fate === 'arrives but nobody knows') {
      this.#failed.push({ kind: 'acceptFailed', taskIds, reason: 'connection lost' });
    }
  }

  readonly #failed: CoarseEvent[] = [];

  /** Tells of calls that failed: their answers come later. */
  answer(): void {
    for (const event of this.#failed.splice(0)) {
      this.tell(event);
    }
  }

  #kill(taskId: TaskId): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) {
      this.#say(taskId, 'TASK_UNKNOWN');
    } else if (task.agent.isCutOff) {
      this.#say(taskId, 'TASK_UNREACHABLE', task.agent);
    } else {
      this.end(taskId, 'TASK_KILLED');
    }
  }

  #reconcile({ tasks }: EffectOf<'reconcile'>): void {
    const asked = tasks.length === 0 ? [...this.tasks.keys()] : tasks.map(({ taskId }) => taskId);
    for (const taskId of asked) {
      const task = this.tasks.get(taskId);
      const isCutOff = task?.agent.isCutOff;
      this.#say(taskId, isCutOff ? 'TASK_UNREACHABLE' : (task?.state ?? 'TASK_UNKNOWN'), task?.agent);
    }
  }
}
