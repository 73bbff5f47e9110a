import type { mesos } from '@spark-mesos/mesos-proto';
import { messageOf } from '@spark-mesos/scheduler-utils';
import { type AgentId, type OfferId, submissionIdOfTask, type TaskId, taskIdOf } from '../model/ids.ts';
import type { CallFailure } from './actions.ts';
import type { CoreContext } from './context.ts';
import { addAttempt, currentAttempt, type DriverRecord, type MutableAttempt } from './driver-record.ts';
import { finish, requeue } from './endings.ts';
import { matchDrivers, type Placement } from './matching.ts';
import type { AgentOffers } from './offer-pool.ts';

/** Makes the task of an attempt; throws where that cannot be done. */
export type TaskMaker = (
  record: DriverRecord,
  attempt: MutableAttempt,
  taken: readonly mesos.v1.IResource[],
) => mesos.v1.ITaskInfo;

/** How long offers stay away that cannot be used just now. */
const SHORT_REFUSAL_SECONDS = 5;

interface Launch {
  readonly record: DriverRecord;
  readonly task: mesos.v1.ITaskInfo;
  readonly taskId: TaskId;
}

/** A launch on the offers of one agent, from the moment at which it is decided until the master has it. */
interface PendingAccept {
  readonly offerIds: readonly OfferId[];
  readonly launches: readonly Launch[];
  readonly generation: number;
  /** Offers among these that the master has taken back meanwhile. */
  readonly rescinded: Set<OfferId>;
}

/**
 * Turns offers into launches.
 *
 * An attempt, with its task id, is in the store before its ACCEPT goes out. Whatever happens between the two, a
 * dispatcher that starts again finds it, asks the master for that very task, and launches no second one until it knows
 * that the first never began.
 */
export class Launcher {
  readonly #context: CoreContext;
  readonly #makeTask: TaskMaker;
  readonly #pending = new Set<PendingAccept>();
  /** Of launches that the master refused as a whole: each is launched alone, to see which of them it does not want. */
  readonly #suspects = new Set<DriverRecord>();

  constructor(context: CoreContext, makeTask: TaskMaker) {
    this.#context = context;
    this.#makeTask = makeTask;
  }

  /** Whether something may be launched now. */
  get isOpen(): boolean {
    const { connection, frameworkId, isDraining, writes } = this.#context;
    return connection.isSubscribed && frameworkId !== undefined && !isDraining && writes.isWritable;
  }

  /** Whether offers are wanted. */
  get isWanting(): boolean {
    return this.isOpen && this.#context.fleet.isWaiting;
  }

  rescinded(offerId: OfferId): void {
    this.#context.pool.rescind(offerId);
    for (const pending of this.#pending) {
      if (pending.offerIds.includes(offerId)) pending.rescinded.add(offerId);
    }
  }

  /** Looks at the offers at hand, and answers all of them but those that are held for a big driver. */
  settle(): void {
    const { pool, rules, fleet, nowMs } = this.#context;
    if (pool.isEmpty) return;
    if (!this.isOpen) {
      this.#decline([...pool.agents], SHORT_REFUSAL_SECONDS);
      return;
    }
    const { placements, blocked } = matchDrivers(fleet, pool, rules);
    for (const [agent, placed] of placements) this.#launch(agent, placed);
    const rest = [...pool.agents];
    const isHeld = ({ place, sinceMs }: AgentOffers) =>
      blocked !== undefined &&
      nowMs < sinceMs + rules.holdOffersMs &&
      pool.constraintRefusal(blocked.demand, place) === undefined;
    this.#decline(
      rest.filter((agent) => !isHeld(agent)),
      rules.refuseSeconds,
    );
  }

  /** When held offers are to be given back. */
  get nextWakeMs(): number | undefined {
    const { oldestMs } = this.#context.pool;
    return oldestMs === undefined ? undefined : oldestMs + this.#context.rules.holdOffersMs;
  }

  /** The master has answered an ACCEPT, or nobody has. */
  accepted(taskIds: readonly TaskId[], failure: CallFailure | undefined): void {
    if (failure === undefined) return;
    const { fleet, log } = this.#context;
    log('warn', { taskIds, reason: failure.reason }, 'a launch did not get through');
    const records = taskIds.flatMap((taskId) => {
      const record = fleet.records.get(submissionIdOfTask(taskId));
      return record !== undefined && isStill(record, [taskId]) ? [record] : [];
    });
    for (const record of records) {
      if (failure.refused && records.length === 1) {
        finish(this.#context, record, 'ERROR', `Mesos refused to launch it: ${failure.reason}`);
      } else if (failure.refused || failure.notCarriedOut) {
        if (failure.refused) this.#suspects.add(record);
        requeue(this.#context, record);
      }
      // Else it may have been carried out: the master is asked for it.
    }
    if (!failure.refused && !failure.notCarriedOut)
      this.#context.reconciler.request(tasksOf(records), this.#context.nowMs);
  }

  #launch(agent: AgentOffers, placements: readonly Placement[]): void {
    const { writes, connection } = this.#context;
    const isSuspect = placements.some(({ record }) => this.#suspects.has(record));
    const launches = (isSuspect ? placements.slice(0, 1) : placements).flatMap((placement) =>
      this.#begin(agent, placement),
    );
    if (launches.length === 0) return;
    const offerIds = this.#context.pool.take(agent);
    const pending = { offerIds, launches, generation: connection.generation, rescinded: new Set<OfferId>() };
    this.#pending.add(pending);
    const records = launches.map(({ record }) => record);
    writes.saveOrFail(
      records,
      () => this.#send(pending),
      () => this.#takeBack(pending),
    );
  }

  /** Makes an attempt and its task; a driver for which that fails is put away, and does not stop the others (D64). */
  #begin(agent: AgentOffers, { record, taken }: Placement): Launch[] {
    const { fleet, frameworkId, nowMs, unsent, publish } = this.#context;
    const number = record.attemptCount + 1;
    const taskId = taskIdOf(record.id, number);
    const attempt: MutableAttempt = {
      number,
      taskId,
      driverFrameworkId: `${frameworkId}-${taskId}`,
      agentId: agent.agentId,
      hostname: agent.hostname,
      launchedAtMs: nowMs,
    };
    try {
      const task = this.#makeTask(record, attempt, taken);
      addAttempt(record, attempt);
      // It was about the attempt before, which its retry still tells of.
      record.message = undefined;
      unsent.add(taskId);
      fleet.move(record, 'launching');
      publish(record);
      return [{ record, task, taskId }];
    } catch (error) {
      const why = messageOf(error);
      finish(this.#context, record, 'ERROR', `It could not be launched: ${why}`);
      return [];
    }
  }

  /** The attempts are safe: now the master may know of them. */
  #send(pending: PendingAccept): void {
    const { connection, metrics, nowMs, unsent, emit, log } = this.#context;
    this.#pending.delete(pending);
    const isValid =
      connection.isSubscribed && connection.generation === pending.generation && pending.rescinded.size === 0;
    const wanted = pending.launches.filter(({ record, taskId }) => this.#isWanted(record, taskId));
    for (const { taskId } of pending.launches) unsent.delete(taskId);
    if (!isValid || wanted.length === 0) {
      for (const { record, taskId } of wanted) if (isStill(record, [taskId])) requeue(this.#context, record);
      this.#giveBack(pending);
      return;
    }
    for (const { record, taskId } of wanted) {
      this.#suspects.delete(record);
      metrics.launchesTotal += 1;
      if (record.attemptCount === 1) metrics.took('submitToFirstLaunchMs', record.submittedAtMs, nowMs);
      const { agentId } = currentAttempt(record) as { agentId: AgentId };
      log('info', { submissionId: record.id, taskId, agentId }, 'a driver is launched');
    }
    emit({
      kind: 'accept',
      offerIds: pending.offerIds,
      tasks: wanted.map(({ task }) => task),
      taskIds: wanted.map(({ taskId }) => taskId),
    });
  }

  /** A driver that was killed while its launch was written down has ended without one. */
  #isWanted(record: DriverRecord, taskId: TaskId): boolean {
    if (!isStill(record, [taskId])) return false;
    if (record.killRequestedAtMs === undefined) return true;
    finish(this.#context, record, 'KILLED', 'It was killed before it was launched');
    return false;
  }

  /** The attempts could not be written down: as if they had never been. */
  #takeBack(pending: PendingAccept): void {
    this.#pending.delete(pending);
    for (const { record, taskId } of pending.launches) {
      this.#context.unsent.delete(taskId);
      if (isStill(record, [taskId])) requeue(this.#context, record);
    }
    this.#giveBack(pending);
  }

  #giveBack({ offerIds, rescinded, generation }: PendingAccept): void {
    const { connection } = this.#context;
    if (!connection.isSubscribed || connection.generation !== generation) return;
    const left = offerIds.filter((id) => !rescinded.has(id));
    if (left.length > 0) this.#declineIds(left, SHORT_REFUSAL_SECONDS);
  }

  #decline(agents: readonly AgentOffers[], refuseSeconds: number): void {
    const offerIds = agents.flatMap((agent) => this.#context.pool.take(agent));
    if (offerIds.length > 0) this.#declineIds(offerIds, refuseSeconds);
  }

  #declineIds(offerIds: readonly OfferId[], refuseSeconds: number): void {
    const { metrics, flow, emit } = this.#context;
    metrics.offersDeclinedTotal += offerIds.length;
    flow.declined();
    emit({ kind: 'decline', offerIds, refuseSeconds });
  }
}

function isStill(record: DriverRecord, taskIds: readonly TaskId[]): boolean {
  const attempt = currentAttempt(record);
  const isLaunching = record.state === 'launching' || record.state === 'killing';
  return isLaunching && attempt !== undefined && !attempt.confirmed && taskIds.includes(attempt.taskId);
}

function tasksOf(records: readonly DriverRecord[]) {
  return records.flatMap((record) => {
    const attempt = currentAttempt(record);
    return attempt === undefined ? [] : [{ taskId: attempt.taskId, agentId: attempt.agentId }];
  });
}
