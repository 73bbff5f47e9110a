import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, FrameworkId, OfferId } from '../ids.ts';
import { accept } from './accept.ts';
import { agentReregistered } from './agent-return.ts';
import { agentDisconnected, agentRegistered, agentRemoved } from './agents.ts';
import { finishDraining } from './draining.ts';
import { executorExited, executorMessage, messageExecutor, shutdownExecutor } from './executors.ts';
import { frameworkProblem } from './framework-validation.ts';
import { makeInverseOffers } from './inverse-offers.ts';
import { type MasterSettings, MasterState } from './master-state.ts';
import type { MasterEffect, MasterInput } from './messages.ts';
import type { FrameworkRecord } from './model.ts';
import { decline, makeOffers, rescindOffer, wakeOffer } from './offers.ts';
import { operationCall, wakeOperation } from './operations.ts';
import { operatorCall, operatorStreamClosed, operatorSubscribed, wakeOperator } from './operator-calls.ts';
import { giveUpRecoveredAgents, RECOVERY_KEY, type RegistryContent, recover } from './recovery.ts';
import { removeFramework, streamClosed, subscribe, updateInfo } from './subscription.ts';
import { acknowledge, kill, reconcile, taskUpdate } from './tasks.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;
const { Type: CallType } = mesos.v1.scheduler.Call;

const ALLOCATION_KEY = 'allocation';

/**
 * The master as a state machine without sockets, timers or clock: it is told what happens and when, and
 * answers with what is to be done. {@link nextDeadlineMs} says when it wants to be woken.
 */
export class MasterCore {
  /** For those who show it (`/state`, the console, tests); only {@link step} changes it. */
  readonly state: MasterState;

  /** With the registry of the master that led before, if there was one. */
  constructor(settings: MasterSettings, nowMs: number, registry?: RegistryContent) {
    this.state = new MasterState(settings, nowMs);
    if (registry !== undefined) recover(this.state, registry);
    this.state.deadlines.set(ALLOCATION_KEY, nowMs + settings.allocationIntervalMs);
  }

  step(input: MasterInput, nowMs: number): MasterEffect[] {
    this.state.nowMs = nowMs;
    this.#take(input);
    finishDraining(this.state);
    return this.state.takeEffects();
  }

  nextDeadlineMs(): number | undefined {
    return this.state.deadlines.next();
  }

  #take(input: MasterInput): void {
    const { state } = this;
    switch (input.kind) {
      case 'subscribe':
        subscribe(state, input);
        return;
      case 'call':
        this.#call(input.frameworkId, input.call);
        return;
      case 'stream-closed':
        streamClosed(state, input.streamId);
        return;
      case 'operator-teardown': {
        const framework = state.frameworks.get(input.frameworkId);
        if (framework !== undefined) removeFramework(state, framework);
        return;
      }
      case 'agent-registered':
        agentRegistered(state, input);
        return;
      case 'agent-reregistered':
        agentReregistered(state, input);
        return;
      case 'agent-disconnected':
        agentDisconnected(state, input.agentId);
        return;
      case 'agent-removed':
        agentRemoved(state, input);
        return;
      case 'task-update':
        taskUpdate(state, input);
        return;
      case 'executor-exited':
        executorExited(state, input);
        return;
      case 'executor-message':
        executorMessage(state, input);
        return;
      case 'operator-call':
        operatorCall(state, input.call);
        return;
      case 'operator-subscribed':
        operatorSubscribed(state, input.streamId);
        return;
      case 'operator-stream-closed':
        operatorStreamClosed(state, input.streamId);
        return;
      case 'rescind-offers':
        this.#rescind(input.offerIds);
        return;
      case 'wake':
        this.#wake();
        return;
    }
  }

  #rescind(offerIds: readonly OfferId[] | 'all'): void {
    const ids = offerIds === 'all' ? [...this.state.offers.keys()] : offerIds;
    for (const offerId of ids) {
      const offer = this.state.offers.get(offerId);
      if (offer !== undefined) rescindOffer(this.state, offer);
    }
  }

  #call(frameworkId: FrameworkId, call: mesos.v1.scheduler.ICall): void {
    const { state } = this;
    const framework = state.frameworks.get(frameworkId);
    if (framework === undefined) return;
    switch (call.type) {
      case CallType.TEARDOWN:
        removeFramework(state, framework);
        return;
      case CallType.ACCEPT:
        accept(state, framework, call.accept ?? {});
        return;
      case CallType.DECLINE:
        decline(state, framework, call.decline ?? {});
        return;
      case CallType.REVIVE:
        state.allocator.revive(frameworkId, call.revive?.roles ?? []);
        makeOffers(state);
        return;
      case CallType.SUPPRESS:
        state.allocator.suppress(frameworkId, call.suppress?.roles ?? []);
        return;
      default:
        this.#taskCall(framework, call);
        return;
    }
  }

  #taskCall(framework: FrameworkRecord, call: mesos.v1.scheduler.ICall): void {
    const { state } = this;
    if (call.type === CallType.KILL && call.kill) kill(state, framework, call.kill);
    if (call.type === CallType.SHUTDOWN && call.shutdown) shutdownExecutor(state, framework, call.shutdown);
    if (call.type === CallType.MESSAGE && call.message) messageExecutor(state, framework, call.message);
    if (call.type === CallType.ACKNOWLEDGE && call.acknowledge)
      acknowledge(state, framework, call.acknowledge);
    if (call.type === CallType.RECONCILE && call.reconcile) reconcile(state, framework, call.reconcile);
    operationCall(state, framework, call);
    if (call.type === CallType.UPDATE_FRAMEWORK && call.updateFramework) {
      const { frameworkInfo } = call.updateFramework;
      if (frameworkProblem(frameworkInfo) !== undefined) return;
      updateInfo(state, framework, call.updateFramework);
      state.report({ kind: 'framework-updated', frameworkId: framework.id });
    }
  }

  #wake(): void {
    const { state } = this;
    for (let key = state.deadlines.takeDue(state.nowMs); key; key = state.deadlines.takeDue(state.nowMs)) {
      if (key === ALLOCATION_KEY) {
        makeOffers(state);
        makeInverseOffers(state);
        state.deadlines.set(key, state.nowMs + state.settings.allocationIntervalMs);
        continue;
      }
      if (key === RECOVERY_KEY) {
        giveUpRecoveredAgents(state);
        continue;
      }
      if (wakeOffer(state, key) || wakeOperation(state, key) || wakeOperator(state, key)) continue;
      const cut = key.indexOf(' ');
      const what = key.slice(0, cut);
      if (what === 'agent-lost') {
        agentRemoved(state, {
          kind: 'agent-removed',
          agentId: key.slice(cut + 1) as AgentId,
          how: 'unreachable',
        });
        continue;
      }
      const framework = state.frameworks.get(key.slice(cut + 1) as FrameworkId);
      if (framework === undefined) continue;
      if (what === 'failover') removeFramework(state, framework);
      if (what === 'heartbeat') {
        state.send(framework, { type: EventType.HEARTBEAT });
        state.deadlines.set(key, state.nowMs + state.settings.heartbeatIntervalMs);
      }
    }
  }
}
