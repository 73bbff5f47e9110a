import { mesos } from '@spark-mesos/mesos-proto';
import type { AllocationClient } from '../allocation/allocator.ts';
import type { FrameworkId, StreamId } from '../ids.ts';
import { removeExecutor } from './executors.ts';
import {
  capabilitiesOf,
  frameworkProblem,
  principalChangeProblem,
  rolesOf,
  suppressionProblem,
} from './framework-validation.ts';
import type { MasterState } from './master-state.ts';
import type { MasterInput } from './messages.ts';
import { type FrameworkRecord, MAX_COMPLETED_FRAMEWORKS } from './model.ts';
import { constraintsProblem, exclusionOf } from './offer-constraints.ts';
import { minimumsOf } from './offer-minimums.ts';
import { discardOffer, makeOffers } from './offers.ts';
import { completeTask, masterStatus, rememberStatus, reportStatus } from './tasks.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;
const { GPU_RESOURCES, RESERVATION_REFINEMENT } = mesos.v1.FrameworkInfo.Capability.Type;
const MasterCapability = mesos.v1.MasterInfo.Capability.Type;

/** A capability that v1 has no name for; real masters send its number, and in JSON nothing of it. */
const QUOTA_V2 = 3 as mesos.v1.MasterInfo.Capability.Type;

/** The version of Mesos whose behaviour is shown. */
export const MESOS_VERSION = '1.11.0';

/** The key under which the next heartbeat of a framework stands among the deadlines. */
export function heartbeatKey(frameworkId: FrameworkId): string {
  return `heartbeat ${frameworkId}`;
}

/** The key of the end of a disconnected framework. */
export function failoverKey(frameworkId: FrameworkId): string {
  return `failover ${frameworkId}`;
}

/** What the allocator has to know of a framework. */
export function clientOf(
  state: MasterState,
  framework: FrameworkRecord,
  suppressedRoles: readonly string[],
): AllocationClient {
  const excludes = exclusionOf(framework.offerConstraints);
  const minimums = minimumsOf(framework.info);
  return {
    roles: framework.roles,
    suppressedRoles,
    takesGpus: framework.capabilities.has(GPU_RESOURCES),
    knowsRefinement: framework.capabilities.has(RESERVATION_REFINEMENT),
    ...(minimums !== undefined && { minimums }),
    ...(excludes !== undefined && {
      excludes: (role, agentId) => {
        const agent = state.agents.get(agentId);
        return agent !== undefined && excludes(role, agent);
      },
    }),
  };
}

/** The IPv4 address as the number that MasterInfo has had since its beginning: first byte lowest. */
function ipNumber(ip: string): number {
  const bytes = ip.split('.').map(Number);
  return bytes.length === 4 ? bytes.reduceRight((sum, byte) => sum * 256 + byte, 0) : 0;
}

/** How this master shows itself in SUBSCRIBED. */
export function masterInfo(state: MasterState): mesos.v1.IMasterInfo {
  const { masterId, hostname, ip, port } = state.settings;
  return {
    id: masterId,
    ip: ipNumber(ip),
    port,
    pid: `master@${ip}:${port}`,
    hostname,
    version: MESOS_VERSION,
    address: { hostname, ip, port },
    capabilities: [
      { type: MasterCapability.AGENT_UPDATE },
      { type: MasterCapability.AGENT_DRAINING },
      { type: QUOTA_V2 },
    ],
  };
}

/** The SUBSCRIBE call: a new framework, one that comes back, or one whose id a second scheduler takes over. */
export function subscribe(
  state: MasterState,
  { streamId, subscribe: call, frameworkId: asked }: Extract<MasterInput, { kind: 'subscribe' }>,
): void {
  const info = call.frameworkInfo;
  const problem =
    frameworkProblem(info) ??
    suppressionProblem(call.suppressedRoles, rolesOf(info)) ??
    constraintsProblem(call.offerConstraints, rolesOf(info));
  if (problem !== undefined) {
    state.refuseStream(streamId, problem);
    return;
  }
  if (asked !== undefined && state.removedFrameworkIds.has(asked)) {
    state.refuseStream(streamId, 'Framework has been removed');
    return;
  }
  const known = asked === undefined ? undefined : state.frameworks.get(asked);
  if (known === undefined) {
    addFramework(state, asked ?? state.nextFrameworkId(), streamId, call);
    return;
  }
  const change = principalChangeProblem(known.info, info);
  if (change === undefined) resubscribe(state, known, streamId, call);
  else state.refuseStream(streamId, change);
}

/** A framework that the master has just heard of: nobody listens yet, and it has nothing. */
export function frameworkRecord(
  state: MasterState,
  frameworkId: FrameworkId,
  info: mesos.v1.IFrameworkInfo,
): FrameworkRecord {
  return {
    id: frameworkId,
    info: { ...info, id: { value: frameworkId } },
    roles: rolesOf(info),
    capabilities: capabilitiesOf(info),
    offerConstraints: {},
    streamId: undefined,
    isRecovered: false,
    registeredAtMs: state.nowMs,
    reregisteredAtMs: undefined,
    unregisteredAtMs: undefined,
    tasks: new Map(),
    executors: new Set(),
    offers: new Map(),
    completedTasks: [],
    unreachableTasks: new Map(),
  };
}

function addFramework(
  state: MasterState,
  frameworkId: FrameworkId,
  streamId: StreamId,
  call: mesos.v1.scheduler.Call.ISubscribe,
): void {
  const framework = frameworkRecord(state, frameworkId, call.frameworkInfo);
  framework.offerConstraints = call.offerConstraints ?? {};
  state.frameworks.set(frameworkId, framework);
  state.allocator.addFramework(frameworkId, clientOf(state, framework, call.suppressedRoles ?? []));
  attachStream(state, framework, streamId, false);
  makeOffers(state);
}

function resubscribe(
  state: MasterState,
  framework: FrameworkRecord,
  streamId: StreamId,
  call: mesos.v1.scheduler.Call.ISubscribe,
): void {
  const wasConnected = framework.streamId !== undefined;
  if (framework.streamId !== undefined) {
    state.refuseStream(framework.streamId, 'Framework failed over');
    framework.streamId = undefined;
    for (const offer of [...framework.offers.values()]) discardOffer(state, offer);
  }
  updateInfo(state, framework, call);
  // One that this master knows from agents alone comes to it for the first time.
  if (!framework.isRecovered) framework.reregisteredAtMs = state.nowMs;
  framework.isRecovered = false;
  attachStream(state, framework, streamId, true);
  for (const agent of state.agents.values()) {
    state.tell(agent.id, { kind: 'framework-listens', frameworkId: framework.id });
  }
  if (wasConnected) return;
  state.allocator.setFrameworkActive(framework.id, true);
  makeOffers(state);
}

/** A framework cannot change its user, nor whether it is checkpointed: what it says of these is passed over. */
export function updateInfo(
  state: MasterState,
  framework: FrameworkRecord,
  call: Pick<
    mesos.v1.scheduler.Call.IUpdateFramework,
    'frameworkInfo' | 'suppressedRoles' | 'offerConstraints'
  >,
): void {
  const { user, checkpoint = false } = framework.info;
  framework.info = { ...call.frameworkInfo, user, checkpoint, id: { value: framework.id } };
  framework.roles = rolesOf(call.frameworkInfo);
  framework.capabilities = capabilitiesOf(call.frameworkInfo);
  framework.offerConstraints = call.offerConstraints ?? {};
  state.allocator.updateFramework(framework.id, clientOf(state, framework, call.suppressedRoles ?? []));
}

function attachStream(
  state: MasterState,
  framework: FrameworkRecord,
  streamId: StreamId,
  again: boolean,
): void {
  framework.streamId = streamId;
  state.frameworkOfStream.set(streamId, framework.id);
  state.deadlines.delete(failoverKey(framework.id));
  const { heartbeatIntervalMs } = state.settings;
  state.sendTo(streamId, {
    type: EventType.SUBSCRIBED,
    subscribed: {
      frameworkId: { value: framework.id },
      heartbeatIntervalSeconds: heartbeatIntervalMs / 1000,
      masterInfo: masterInfo(state),
    },
  });
  state.sendTo(streamId, { type: EventType.HEARTBEAT });
  state.deadlines.set(heartbeatKey(framework.id), state.nowMs + heartbeatIntervalMs);
  state.report({
    kind: 'framework-subscribed',
    frameworkId: framework.id,
    name: framework.info.name,
    again,
  });
}

/** The stream has gone: the framework has its failover timeout to come back, none at all by default. */
export function streamClosed(state: MasterState, streamId: StreamId): void {
  const frameworkId = state.frameworkOfStream.get(streamId);
  if (frameworkId === undefined) return;
  state.frameworkOfStream.delete(streamId);
  const framework = state.frameworks.get(frameworkId);
  if (framework === undefined || framework.streamId !== streamId) return;
  framework.streamId = undefined;
  state.deadlines.delete(heartbeatKey(frameworkId));
  state.allocator.setFrameworkActive(frameworkId, false);
  for (const offer of [...framework.offers.values()]) discardOffer(state, offer);
  state.report({ kind: 'framework-disconnected', frameworkId });
  const timeoutSeconds = framework.info.failoverTimeout ?? 0;
  if (timeoutSeconds === 0) removeFramework(state, framework);
  else if (timeoutSeconds > 0)
    state.deadlines.set(failoverKey(frameworkId), state.nowMs + timeoutSeconds * 1000);
}

/** Ends a framework for good: its tasks are killed, and its id is dead. */
export function removeFramework(state: MasterState, framework: FrameworkRecord): void {
  state.allocator.setFrameworkActive(framework.id, false);
  for (const offer of [...framework.offers.values()]) discardOffer(state, offer);
  for (const agent of state.agents.values()) {
    state.tell(agent.id, { kind: 'shutdown-framework', frameworkId: framework.id });
  }
  for (const task of [...framework.tasks.values()]) {
    if (task.charged) {
      task.state = mesos.v1.TaskState.TASK_KILLED;
      const status = masterStatus(state, task.id, {
        state: task.state,
        message: `Framework ${framework.id} removed`,
        reason: mesos.v1.TaskStatus.Reason.REASON_FRAMEWORK_REMOVED,
        agentId: { value: task.agentId },
      });
      rememberStatus(task, status);
      reportStatus(state, task, status);
    }
    completeTask(state, framework, task);
  }
  for (const executor of [...framework.executors]) removeExecutor(state, executor);
  state.allocator.removeFramework(framework.id);
  state.deadlines.delete(heartbeatKey(framework.id));
  state.deadlines.delete(failoverKey(framework.id));
  state.frameworks.delete(framework.id);
  state.removedFrameworkIds.add(framework.id);
  framework.unregisteredAtMs = state.nowMs;
  state.completedFrameworks.push(framework);
  if (state.completedFrameworks.length > MAX_COMPLETED_FRAMEWORKS) state.completedFrameworks.shift();
  if (framework.streamId !== undefined) {
    state.closeStream(framework.streamId);
    framework.streamId = undefined;
  }
  state.report({ kind: 'framework-removed', frameworkId: framework.id });
}
