import type { SubmissionId } from '../model/ids.ts';
import type { SubmissionState } from '../model/submission.ts';
import type { DispatcherRules } from '../settings.ts';
import { type Demand, Demands } from './driver-plan.ts';
import { currentAttempt, type DriverRecord, isLive } from './driver-record.ts';
import { DueTimes } from './due-times.ts';
import { WaitingLines } from './waiting-lines.ts';

/**
 * All submissions, each in the place that its state asks for. Whoever changes a state does it here, so that counts and
 * lines are always right.
 */
export class Fleet {
  readonly records = new Map<SubmissionId, DriverRecord>();
  readonly demands = new Demands();
  readonly lines = new WaitingLines();
  /** Whose time to be started again has come, in the order in which it came. */
  readonly due = new Set<DriverRecord>();
  readonly live = new Set<DriverRecord>();
  /** In the order in which they ended. */
  readonly finished = new Set<DriverRecord>();
  readonly #retrying = new Set<DriverRecord>();
  readonly #retryTimes = new DueTimes<DriverRecord>();
  readonly #liveByQueue = new Map<string, number>();
  readonly #retryingByQueue = new Map<string, number>();
  readonly #waitingByDemand = new Map<Demand, number>();
  readonly #rules: Pick<DispatcherRules, 'maxRunning' | 'queueMaxRunning'>;
  #highestSequence = -1;
  #hasNewChance = false;

  constructor(rules: Pick<DispatcherRules, 'maxRunning' | 'queueMaxRunning'>) {
    this.#rules = rules;
  }

  get retryingCount(): number {
    return this.#retrying.size;
  }

  get retrying(): Iterable<DriverRecord> {
    return this.#retrying;
  }

  /** How many different demands those have that wait for an offer. */
  get waitingDemands(): number {
    return this.#waitingByDemand.size;
  }

  /** When the next one is to be started again. */
  get nextRetryMs(): number | undefined {
    return this.#retryTimes.nextMs;
  }

  liveOf(queue: string): number {
    return this.#liveByQueue.get(queue) ?? 0;
  }

  retryingOf(queue: string): number {
    return this.#retryingByQueue.get(queue) ?? 0;
  }

  /** Whether something waits that no limit holds back. */
  get isWaiting(): boolean {
    if (this.isFull()) return false;
    if (this.due.size === 0 && this.lines.size === 0) return false;
    if (this.#rules.queueMaxRunning.size === 0) return true;
    for (const record of this.due) if (this.mayRun(record)) return true;
    for (const queue of this.lines.queues) if (!this.isQueueFull(queue)) return true;
    return false;
  }

  /** Whether as many run as may, with so many more that are not counted yet. */
  isFull(more = 0): boolean {
    return this.live.size + more >= this.#rules.maxRunning;
  }

  /** The same for one queue. */
  isQueueFull(queue: string, more = 0): boolean {
    const most = this.#rules.queueMaxRunning.get(queue);
    return most !== undefined && this.liveOf(queue) + more >= most;
  }

  /** Whether the limits leave room for the submission to run. */
  mayRun({ plan }: DriverRecord): boolean {
    return !this.isFull() && !this.isQueueFull(plan.queue);
  }

  /** Whether, since it was last asked, something began to wait that offers were not held against, or a limit went. */
  takeNewChance(): boolean {
    const had = this.#hasNewChance;
    this.#hasNewChance = false;
    return had;
  }

  /** A number that no submission has had. */
  takeSequence(): number {
    this.#highestSequence += 1;
    return this.#highestSequence;
  }

  /** Adds a submission that is safe, or was recovered; best in the order of their sequence. */
  add(record: DriverRecord): void {
    this.records.set(record.id, record);
    this.#highestSequence = Math.max(this.#highestSequence, record.sequence);
    this.#enter(record);
  }

  /** Puts a submission where its state asks for it to be. */
  #enter(record: DriverRecord): void {
    const { queue } = record.plan;
    switch (record.state) {
      case 'queued':
        this.lines.add(record);
        this.#countDemand(record.demand, 1);
        break;
      case 'retrying':
        this.#retrying.add(record);
        add(this.#retryingByQueue, queue, 1);
        this.#retryTimes.add(record.retry?.nextRetryAtMs ?? 0, record);
        break;
      case 'finished':
        this.finished.add(record);
        break;
      default:
        this.live.add(record);
        add(this.#liveByQueue, queue, 1);
    }
  }

  /** Changes the state of a submission, and its place with it. */
  move(record: DriverRecord, state: SubmissionState): void {
    if (isLive(record) && state !== 'queued' && state !== 'retrying' && state !== 'finished') {
      record.state = state;
      return;
    }
    this.#leave(record);
    record.state = state;
    this.#enter(record);
  }

  /** Takes those out of the back-off whose time has come; answers whether there were any. */
  wakeRetries(nowMs: number): boolean {
    let any = false;
    for (let record = this.#retryTimes.take(nowMs); record; record = this.#retryTimes.take(nowMs)) {
      const isMeant = record.state === 'retrying' && (record.retry?.nextRetryAtMs ?? 0) <= nowMs;
      if (isMeant && !this.due.has(record)) {
        this.due.add(record);
        this.#countDemand(record.demand, 1);
        any = true;
      }
    }
    return any;
  }

  forget(record: DriverRecord): void {
    this.#leave(record);
    this.records.delete(record.id);
  }

  /** The task of each live submission, for whoever has to ask Mesos for them. */
  *liveTasks() {
    for (const record of this.live) {
      const attempt = currentAttempt(record);
      if (attempt !== undefined) yield { taskId: attempt.taskId, agentId: attempt.agentId };
    }
  }

  #leave(record: DriverRecord): void {
    const { queue } = record.plan;
    if (this.lines.remove(record)) this.#countDemand(record.demand, -1);
    if (this.due.delete(record)) this.#countDemand(record.demand, -1);
    if (this.#retrying.delete(record)) add(this.#retryingByQueue, queue, -1);
    if (this.live.has(record)) {
      this.#hasNewChance ||= !this.mayRun(record);
      this.live.delete(record);
      add(this.#liveByQueue, queue, -1);
    }
    this.finished.delete(record);
  }

  #countDemand(demand: Demand, by: 1 | -1): void {
    add(this.#waitingByDemand, demand, by);
    this.#hasNewChance ||= by === 1 && this.#waitingByDemand.get(demand) === 1;
  }
}

function add<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
