import type { mesos } from '@spark-mesos/mesos-proto';
import { makeOffer, makeStatus } from '@spark-mesos/scheduler-utils/testing';
import type { CoreEvent, DispatcherAction } from '../../src/core/actions.ts';

type StateName = keyof typeof mesos.v1.TaskState;

/** A process, whether or not anybody can see it. */
export interface ModelTask {
  readonly taskId: string;
  readonly agentId: string;
  state: StateName;
  isAlive: boolean;
  /** Updates that are not acknowledged; the first is told until it is. */
  readonly updates: StateName[];
  /** It ended by itself, or was ended. */
  ending: 'none' | 'own' | 'killed' | 'lost';
  exit: StateName | undefined;
  /** It was out of sight for a while: another may have been started in its place. */
  wasCutOff: boolean;
}

interface ModelAgent {
  readonly agentId: string;
  isReachable: boolean;
}

const AGENTS = ['a1', 'a2', 'a3'];

/** A master and three agents, as much of them as matters to a dispatcher, without time: a test says what happens next. */
export class ModelMesos {
  readonly tasks = new Map<string, ModelTask>();
  readonly agents: ModelAgent[] = AGENTS.map((agentId) => ({ agentId, isReachable: true }));
  /** What is on its way to the dispatcher. */
  readonly inbox: CoreEvent[] = [];
  /** What is on its way from the dispatcher, in order. */
  readonly outbox: DispatcherAction[] = [];
  isConnected = false;
  frameworkId: string | undefined;
  /** Frameworks that stayed, and were not subscribed with their ids again. */
  abandoned = 0;
  /** It was subscribed with its id, and stays when it is not connected. */
  #isToStay = false;
  readonly #offers = new Map<string, string>();
  #offerCount = 0;
  #frameworks = 0;
  #suppressed = false;

  /** The dispatcher subscribes, maybe with the id that it knows. */
  subscribe(frameworkId: string | undefined): void {
    this.#breakOff('again');
    if (frameworkId !== undefined && frameworkId !== this.frameworkId) {
      this.inbox.push({ kind: 'frameworkRemoved', reason: 'Framework has been removed' });
      return;
    }
    if (frameworkId === undefined) {
      if (this.frameworkId !== undefined && this.#isToStay) this.abandoned += 1;
      this.#frameworks += 1;
      this.frameworkId = `fw-${this.#frameworks}`;
    }
    this.#isToStay = frameworkId !== undefined;
    this.isConnected = true;
    this.#suppressed = false;
    this.inbox.push({ kind: 'subscribed', frameworkId: this.frameworkId ?? '' });
  }

  /** The connection is gone for so long that a framework which is not to stay goes, too. */
  disconnect(): void {
    this.#breakOff('gone');
    if (!this.#isToStay) this.#forgetFramework();
  }

  /** Whatever was on its way is lost. */
  #breakOff(reason: string): void {
    if (this.isConnected) this.inbox.push({ kind: 'disconnected', reason });
    this.isConnected = false;
    this.#offers.clear();
    for (const action of this.outbox.splice(0)) this.#fail(action);
    // What the master has said and the dispatcher has not heard yet is lost as well, but for the news itself.
    const kept = this.inbox.filter(({ kind }) => kind === 'disconnected' || kind === 'acceptSettled');
    this.inbox.splice(0, this.inbox.length, ...kept);
  }

  /** An operator tears the framework down, and every task with it. */
  removeFramework(): void {
    if (this.frameworkId === undefined) return;
    this.removals += 1;
    this.disconnect();
    this.#forgetFramework();
  }

  #forgetFramework(): void {
    this.frameworkId = undefined;
    for (const task of this.tasks.values()) {
      if (task.isAlive) task.ending = 'lost';
      task.isAlive = false;
      this.gone.set(task.taskId, task);
    }
    this.tasks.clear();
  }

  /** Offers all that is free, if anybody wants it. */
  offer(): void {
    if (!this.isConnected || this.#suppressed) return;
    const offered = new Set(this.#offers.values());
    const offers = this.agents
      .filter(({ agentId, isReachable }) => isReachable && !offered.has(agentId))
      .map(({ agentId }) => {
        this.#offerCount += 1;
        const id = `o${this.#offerCount}`;
        this.#offers.set(id, agentId);
        return makeOffer({ id, agentId, cpus: 2, memMiB: 2048 });
      });
    if (offers.length > 0) this.inbox.push({ kind: 'offers', offers });
  }

  rescind(pick: number): void {
    const ids = [...this.#offers.keys()];
    const id = ids[pick % Math.max(1, ids.length)];
    if (id === undefined) return;
    this.#offers.delete(id);
    this.inbox.push({ kind: 'rescinded', offerId: id as never });
  }

  /** The next call of the dispatcher arrives. */
  takeCall(): void {
    const action = this.outbox.shift();
    if (action === undefined) return;
    if (!this.isConnected) {
      this.#fail(action);
      return;
    }
    switch (action.kind) {
      case 'accept':
        this.#accept(action);
        break;
      case 'decline':
        for (const id of action.offerIds) this.#offers.delete(id);
        break;
      case 'kill':
        this.#kill(action.taskId);
        break;
      case 'acknowledge':
        this.#acknowledge(action.status);
        break;
      case 'reconcile':
        this.#reconcile(action.tasks);
        break;
      case 'suppress':
        this.#suppressed = true;
        break;
      case 'revive':
        this.#suppressed = false;
        this.inbox.push({ kind: 'reviveSettled', ok: true });
        break;
      default:
        break;
    }
  }

  /** A process goes on: it begins to run, or ends as it is told. */
  progress(pick: number, exit: StateName): void {
    const alive = [...this.tasks.values()].filter(({ isAlive }) => isAlive);
    const task = alive[pick % Math.max(1, alive.length)];
    if (task === undefined) return;
    if (task.state === 'TASK_STAGING') this.#say(task, 'TASK_RUNNING');
    else this.#end(task, 'own', exit);
  }

  /** An agent tells its oldest news once more, or for the first time. */
  tell(pick: number): void {
    const speaking = [...this.tasks.values()].filter(
      ({ updates, agentId }) => updates.length > 0 && this.#agent(agentId).isReachable,
    );
    const task = speaking[pick % Math.max(1, speaking.length)];
    const [state] = task?.updates ?? [];
    if (this.isConnected && task !== undefined && state !== undefined) {
      this.inbox.push({ kind: 'update', status: makeStatus(task.taskId, state, { agentId: task.agentId }) });
    }
  }

  /** The next thing on its way to the dispatcher is lost, if it is one that may be. */
  loseNews(): void {
    if (this.inbox[0]?.kind === 'update') this.inbox.shift();
  }

  duplicateNews(): void {
    const [first] = this.inbox;
    if (first?.kind === 'update') this.inbox.splice(1, 0, first);
  }

  cutOff(pick: number): void {
    const agent = this.agents[pick % this.agents.length];
    if (agent === undefined || !agent.isReachable) return;
    agent.isReachable = false;
    for (const [id, agentId] of this.#offers) if (agentId === agent.agentId) this.#offers.delete(id);
    for (const task of this.#tasksOf(agent)) task.wasCutOff = true;
    for (const task of this.#tasksOf(agent))
      if (task.state !== task.exit) this.#answer(task.taskId, 'TASK_UNREACHABLE');
  }

  comeBack(pick: number): void {
    const agent = this.agents[pick % this.agents.length];
    if (agent === undefined || agent.isReachable) return;
    agent.isReachable = true;
    for (const task of this.#tasksOf(agent)) if (task.isAlive) this.#answer(task.taskId, task.state);
  }

  /** The machine breaks, and an operator says that it is gone; another takes its place. */
  breakDown(pick: number): void {
    const agent = this.agents[pick % this.agents.length];
    if (agent === undefined) return;
    this.broken.add(agent.agentId);
    for (const [id, agentId] of this.#offers) if (agentId === agent.agentId) this.#offers.delete(id);
    for (const task of this.#tasksOf(agent)) {
      if (task.isAlive) {
        task.isAlive = false;
        task.ending = 'lost';
      }
      this.tasks.delete(task.taskId);
      this.gone.set(task.taskId, task);
      if (task.ending === 'lost') this.#answer(task.taskId, 'TASK_GONE_BY_OPERATOR');
    }
    this.agents.splice(this.agents.indexOf(agent), 1, { agentId: `${agent.agentId}+`, isReachable: true });
  }

  readonly broken = new Set<string>();
  removals = 0;
  /** Tasks of agents that are no more, and such as are forgotten. */
  readonly gone = new Map<string, ModelTask>();

  get allTasks(): ModelTask[] {
    return [...this.tasks.values(), ...this.gone.values()];
  }

  #accept(action: Extract<DispatcherAction, { kind: 'accept' }>): void {
    const agentIds = action.offerIds.map((id) => this.#offers.get(id));
    for (const id of action.offerIds) this.#offers.delete(id);
    this.inbox.push({ kind: 'acceptSettled', taskIds: action.taskIds });
    for (const taskId of action.taskIds) {
      const [agentId] = agentIds;
      if (agentId === undefined || agentIds.includes(undefined)) {
        this.#answer(taskId, 'TASK_DROPPED', 'REASON_INVALID_OFFERS');
        continue;
      }
      if (this.tasks.has(taskId) || this.gone.has(taskId)) throw new Error(`${taskId} was launched twice`);
      this.tasks.set(taskId, {
        taskId,
        agentId,
        state: 'TASK_STAGING',
        isAlive: true,
        updates: [],
        ending: 'none',
        exit: undefined,
        wasCutOff: false,
      });
    }
  }

  #kill(taskId: string): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) this.#reconcile([{ taskId }]);
    else if (task.isAlive && this.#agent(task.agentId).isReachable) this.#end(task, 'killed', 'TASK_KILLED');
  }

  #acknowledge({ taskId, state, uuid }: mesos.v1.ITaskStatus): void {
    const task = this.tasks.get(taskId.value ?? '');
    const [first] = task?.updates ?? [];
    if (uuid == null || task === undefined || first === undefined) return;
    if (makeStatus('', first).state !== state) return;
    task.updates.shift();
    // A master forgets a task when its end is acknowledged.
    if (!task.isAlive && task.updates.length === 0) {
      this.tasks.delete(task.taskId);
      this.gone.set(task.taskId, task);
    }
  }

  #reconcile(asked: readonly { readonly taskId: string; readonly agentId?: string }[]): void {
    if (asked.length === 0) {
      for (const { taskId } of this.tasks.values()) this.#reconcileOne(taskId, undefined);
    }
    for (const { taskId, agentId } of asked) this.#reconcileOne(taskId, agentId);
  }

  #reconcileOne(taskId: string, agentId: string | undefined): void {
    const task = this.tasks.get(taskId);
    const agent = this.agents.find((candidate) => candidate.agentId === (task?.agentId ?? agentId));
    if (task !== undefined && agent?.isReachable) this.#answer(taskId, task.state, 'REASON_RECONCILIATION');
    else if (agent !== undefined && !agent.isReachable) {
      this.#answer(taskId, 'TASK_UNREACHABLE', 'REASON_RECONCILIATION');
    } else if (agent === undefined) this.#answer(taskId, 'TASK_GONE_BY_OPERATOR', 'REASON_RECONCILIATION');
    else this.#answer(taskId, 'TASK_GONE', 'REASON_RECONCILIATION');
  }

  /** What the master says by itself needs no acknowledgement, and is lost without a connection. */
  #answer(
    taskId: string,
    state: StateName,
    reason: keyof typeof mesos.v1.TaskStatus.Reason = 'REASON_AGENT_REREGISTERED',
  ): void {
    if (this.isConnected) this.inbox.push({ kind: 'update', status: makeStatus(taskId, state, { reason }) });
  }

  #end(task: ModelTask, ending: 'own' | 'killed', exit: StateName): void {
    task.isAlive = false;
    task.ending = ending;
    task.exit = exit;
    this.#say(task, exit);
  }

  #say(task: ModelTask, state: StateName): void {
    task.state = state;
    task.updates.push(state);
  }

  #fail(action: DispatcherAction): void {
    if (action.kind === 'accept') {
      const failure = { notCarriedOut: false, refused: false, reason: 'connection lost' };
      this.inbox.push({ kind: 'acceptSettled', taskIds: action.taskIds, failure });
    }
    if (action.kind === 'revive') this.inbox.push({ kind: 'reviveSettled', ok: false });
  }

  #agent(agentId: string): ModelAgent {
    return this.agents.find((agent) => agent.agentId === agentId) ?? { agentId, isReachable: true };
  }

  #tasksOf({ agentId }: ModelAgent): ModelTask[] {
    return [...this.tasks.values()].filter((task) => task.agentId === agentId);
  }
}
