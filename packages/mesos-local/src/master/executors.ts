import { encodeMessage, mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, ExecutorId, FrameworkId } from '../ids.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import type { MasterState } from './master-state.ts';
import type { MasterInput } from './messages.ts';
import type { AgentRecord, ExecutorOnAgent, FrameworkRecord } from './model.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;

function keyOf(frameworkId: FrameworkId, executorId: ExecutorId): string {
  return `${frameworkId}\u0000${executorId}`;
}

/** The executor of this name that a framework has on an agent. */
export function findExecutor(
  agent: AgentRecord | undefined,
  frameworkId: FrameworkId,
  executorId: ExecutorId,
): ExecutorOnAgent | undefined {
  return agent?.executors.get(keyOf(frameworkId, executorId));
}

/** Remembers an executor of which there is none yet; its resources are the caller's to charge. */
export function addExecutor(
  framework: FrameworkRecord,
  agent: AgentRecord,
  role: string,
  info: mesos.v1.IExecutorInfo,
): ExecutorOnAgent {
  const executor: ExecutorOnAgent = {
    id: info.executorId.value as ExecutorId,
    frameworkId: framework.id,
    agentId: agent.id,
    info,
    role,
    resources: ResourceSet.of(info.resources ?? []),
  };
  agent.executors.set(keyOf(framework.id, executor.id), executor);
  framework.executors.add(executor);
  return executor;
}

/** The executor is gone: what it took for itself is free again. */
export function removeExecutor(state: MasterState, executor: ExecutorOnAgent): void {
  const { frameworkId, agentId, role, resources } = executor;
  state.agents.get(agentId)?.executors.delete(keyOf(frameworkId, executor.id));
  state.frameworks.get(frameworkId)?.executors.delete(executor);
  if (!resources.isEmpty) state.allocator.recover({ frameworkId, agentId, role, resources });
}

/** An executor's process has ended: its framework hears how, as a wait status. */
export function executorExited(
  state: MasterState,
  { agentId, frameworkId, executorId, status }: Extract<MasterInput, { kind: 'executor-exited' }>,
): void {
  const executor = findExecutor(state.agents.get(agentId), frameworkId, executorId);
  if (executor !== undefined) removeExecutor(state, executor);
  const framework = state.frameworks.get(frameworkId);
  if (framework === undefined) return;
  const failure = { agentId: { value: agentId }, executorId: { value: executorId }, status };
  state.send(framework, { type: EventType.FAILURE, failure });
}

/** Bytes of an executor for its framework; lost when it does not listen. */
export function executorMessage(
  state: MasterState,
  { agentId, frameworkId, executorId, data }: Extract<MasterInput, { kind: 'executor-message' }>,
): void {
  const framework = state.frameworks.get(frameworkId);
  if (framework === undefined) return;
  const message = { agentId: { value: agentId }, executorId: { value: executorId }, data };
  state.send(framework, { type: EventType.MESSAGE, message });
}

/** The MESSAGE call: bytes for an executor; lost when there is none. */
export function messageExecutor(
  state: MasterState,
  framework: FrameworkRecord,
  call: mesos.v1.scheduler.Call.IMessage,
): void {
  const agentId = call.agentId.value as AgentId;
  if (!state.agents.get(agentId)?.connected) return;
  const executorId = call.executorId.value as ExecutorId;
  state.tell(agentId, {
    kind: 'framework-message',
    frameworkId: framework.id,
    executorId,
    data: call.data,
  });
}

/** The SHUTDOWN call; a command task's executor bears the name of its task. */
export function shutdownExecutor(
  state: MasterState,
  framework: FrameworkRecord,
  call: mesos.v1.scheduler.Call.IShutdown,
): void {
  const agentId = call.agentId.value as AgentId;
  if (!state.agents.has(agentId)) return;
  const executorId = call.executorId.value as ExecutorId;
  state.tell(agentId, { kind: 'shutdown-executor', frameworkId: framework.id, executorId });
}

/** Whether two executors are the same to the last byte: one name cannot stand for two of them. */
export function isSameExecutor(left: mesos.v1.IExecutorInfo, right: mesos.v1.IExecutorInfo): boolean {
  const { ExecutorInfo } = mesos.v1;
  return Buffer.compare(encodeMessage(ExecutorInfo, left), encodeMessage(ExecutorInfo, right)) === 0;
}
