import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentState } from './agent-state.ts';
import type { ExecutorRecord } from './model.ts';

/** Tells an executor something; lost when it does not listen. */
export function sendEvent(
  state: AgentState,
  executor: ExecutorRecord,
  event: mesos.v1.executor.IEvent,
): void {
  const { streamId } = executor;
  if (streamId !== undefined) state.emit({ kind: 'send-executor', streamId, event });
}
