import { mesos } from '@spark-mesos/mesos-proto';
import { isUuid } from '../master/scheduler-call-validation.ts';
import { hasField } from '../message-fields.ts';

const { Type } = mesos.v1.executor.Call;
const { TASK_STAGING } = mesos.v1.TaskState;
const { SOURCE_EXECUTOR } = mesos.v1.TaskStatus.Source;

/** What a call of an executor lacks, in the words of a real agent; undefined when nothing. */
export function executorCallProblem(call: mesos.v1.executor.ICall): string | undefined {
  if (!hasField(call, 'type') || Type[call.type as number] === undefined) {
    return "Expecting 'type' to be present";
  }
  if (call.type === Type.SUBSCRIBE && !hasField(call, 'subscribe')) {
    return "Expecting 'subscribe' to be present";
  }
  if (call.type === Type.MESSAGE && !hasField(call, 'message')) return "Expecting 'message' to be present";
  if (call.type !== Type.UPDATE) return undefined;
  return call.update ? updateProblem(call, call.update.status) : "Expecting 'update' to be present";
}

function updateProblem(call: mesos.v1.executor.ICall, status: mesos.v1.ITaskStatus): string | undefined {
  const executorId = call.executorId.value;
  const who = `executor ${executorId} of framework ${call.frameworkId.value}`;
  if (!hasField(status, 'uuid')) return "Expecting 'uuid' to be present";
  if (!isUuid(status.uuid ?? new Uint8Array())) return 'Not a valid UUID';
  const named = status.executorId?.value;
  if (named !== undefined && named !== executorId) {
    return `ExecutorID in Call: ${executorId} does not match ExecutorID in TaskStatus: ${named}`;
  }
  if (status.source !== SOURCE_EXECUTOR) {
    return `Received Call from ${who} with invalid source, expecting 'SOURCE_EXECUTOR'`;
  }
  return status.state === TASK_STAGING ? `Received TASK_STAGING from ${who} which is not allowed` : undefined;
}
