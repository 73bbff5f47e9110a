import { Ending, type EngineCore, earliest } from '@spark-mesos/scheduler-utils';
import { FineError } from '../errors.ts';
import { DispatchContext } from './dispatch-context.ts';
import type { DispatchEffect, DispatchEvent, TaskDispatchOptions } from './dispatch-events.ts';
import { offered } from './program-offers.ts';
import { attendOverdue, updated } from './program-updates.ts';

/**
 * Places the tasks of a program as Mesos tasks, one each: events in, effects out. It asks the program in between, which
 * is why `resourceOffers` must not wait for anything.
 */
export class TaskDispatch implements EngineCore<DispatchEvent, DispatchEffect> {
  readonly #context: DispatchContext;
  readonly #ending = new Ending();

  constructor(options: TaskDispatchOptions) {
    this.#context = new DispatchContext(options);
  }

  handle(event: DispatchEvent, nowMs: number): readonly DispatchEffect[] {
    const context = this.#context;
    if (context.phase === 'stopped') {
      return [];
    }
    context.nowMs = nowMs;
    this.#dispatch(event);
    this.#settle();
    return context.takeEffects();
  }

  nextWakeMs(): number | undefined {
    const { phase, connection, flow, strays, reconciliation, tasks } = this.#context;
    const isConnected = connection === 'subscribed';
    const others = [flow.nextWakeMs(), strays.nextWakeMs(), reconciliation.nextWakeMs()];
    return phase === 'stopped'
      ? undefined
      : earliest([this.#ending.deadlineMs, ...(isConnected ? [tasks.nextDueMs(), ...others] : [])]);
  }

  #dispatch(event: DispatchEvent): void {
    const context = this.#context;
    const { tasks, flow, reconciliation, nowMs } = context;
    switch (event.kind) {
      case 'subscribed':
        this.#subscribed(event.frameworkId);
        break;
      case 'disconnected':
        context.connection = 'lost';
        flow.disconnected();
        break;
      case 'subscriptionFailed':
        context.connection = 'over';
        flow.disconnected();
        context.fail(new FineError('FINE_SUBSCRIPTION_LOST', event.error.message, { cause: event.error }));
        break;
      case 'offers':
        offered(context, event.offers);
        break;
      case 'update':
        updated(context, event.status);
        break;
      case 'agentLost':
        reconciliation.request(tasks.onAgent(event.agentId), nowMs);
        break;
      case 'reviveOffers':
        context.want();
        break;
      case 'killTask':
        this.#killTask(event.taskId);
        break;
      case 'acceptFailed':
        reconciliation.request(
          event.taskIds.map((taskId) => tasks.byTask(taskId)).filter((task) => task !== undefined),
          nowMs,
        );
        break;
      case 'reviveSettled':
        flow.reviveSettled(event.ok);
        break;
      case 'stop':
        this.#ending.begin(context, event.graceMs);
        break;
      default:
        break;
    }
  }

  #settle(): void {
    const context = this.#context;
    const { flow, reconciliation, tasks, nowMs } = context;
    this.#ending.settleKill(context);
    const isConnected = context.connection === 'subscribed';
    if (isConnected) {
      attendOverdue(context);
    }
    const effect = flow.settle(context.isWanted, nowMs);
    const question = reconciliation.settle(isConnected, () => tasks.all(), nowMs);
    for (const wanted of [effect, question]) {
      if (wanted !== undefined) {
        context.emit(wanted);
      }
    }
    this.#ending.settleTeardown(context);
  }

  #subscribed(frameworkId: string): void {
    const context = this.#context;
    const { flow, reconciliation, tasks, nowMs } = context;
    context.connection = 'subscribed';
    flow.subscribed();
    reconciliation.subscribed(nowMs);
    tasks.reconnected(nowMs);
    if (context.frameworkId === undefined) {
      context.frameworkId = frameworkId;
      context.emit({ kind: 'registered', frameworkId });
    } else {
      reconciliation.request(tasks.all(), nowMs);
    }
  }

  #killTask(programId: string): void {
    const task = this.#context.tasks.byProgramId(programId);
    if (task !== undefined && !task.isKilled) {
      this.#context.kill(task);
    }
  }
}
