import { mesos, toSafeNumber } from '@spark-mesos/mesos-proto';
import type { AgentId } from '../ids.ts';
import { hasField } from '../message-fields.ts';
import { ResourceSet, resourceText } from '../resources/resource-set.ts';
import { type ExecutorContext, executorProblem } from './executor-validation.ts';
import { idProblem } from './framework-validation.ts';
import { diskProblem } from './volume-validation.ts';

/** What is wrong with one resource by itself; such a one refuses the whole operation that it is in. */
export function resourceProblem(resource: mesos.v1.IResource): string | undefined {
  const problem = bareResourceProblem(resource);
  if (problem !== undefined) return `Resource '${resourceText(resource)}' is invalid: ${problem}`;
  const disk = diskProblem(resource);
  return disk && `Invalid DiskInfo: ${disk}`;
}

function bareResourceProblem(resource: mesos.v1.IResource): string | undefined {
  if (!resource.name) return 'Empty resource name';
  const { scalar, ranges, set } = resource;
  const kinds = [scalar, ranges, set].filter((kind) => kind !== undefined && kind !== null);
  if (kinds.length !== 1) return 'Invalid scalar resource';
  if (scalar && scalar.value !== 0 && Math.round(scalar.value * 1000) <= 0) {
    return 'Invalid scalar resource: value <= 0';
  }
  if (scalar && !Number.isFinite(scalar.value)) return 'Invalid scalar resource: value <= 0';
  for (const range of ranges?.range ?? []) {
    if (toSafeNumber(range.begin) > toSafeNumber(range.end)) return 'Invalid ranges resource: begin > end';
  }
  return undefined;
}

/** What a task is checked against. */
export interface TaskContext extends ExecutorContext {
  readonly agentId: AgentId;
  /** What is left of the offers, with the role as allocation. */
  readonly available: ResourceSet;
  readonly isTaskKnown: (taskId: string) => boolean;
  readonly isTaskUnreachable: (taskId: string) => boolean;
}

/** Why this task cannot be launched, in the words of a real master; undefined when it can. */
export function taskProblem(task: mesos.v1.ITaskInfo, context: TaskContext): string | undefined {
  return taskIdentityProblem(task, context) ?? commandProblem(task, context) ?? amountProblem(task, context);
}

/** What is wrong with a task, whatever it runs. */
export function taskIdentityProblem(task: mesos.v1.ITaskInfo, context: TaskContext): string | undefined {
  const taskId = task.taskId.value;
  const problem = idProblem(taskId);
  if (problem !== undefined) return problem;
  if (context.isTaskKnown(taskId)) return `Task has duplicate ID: ${taskId}`;
  if (context.isTaskUnreachable(taskId)) return `Task reuses the ID of an unreachable task: ${taskId}`;
  if (task.agentId.value !== context.agentId) {
    return `Task uses invalid agent ${task.agentId.value} while agent ${context.agentId} is expected`;
  }
  const grace = task.killPolicy?.gracePeriod?.nanoseconds;
  if (grace !== undefined && grace !== null && toSafeNumber(grace) < 0) {
    return "Task's 'kill_policy.grace_period' must be non-negative";
  }
  if (!task.resources?.length) return 'Task uses no resources';
  const roles = new Set(task.resources.map((resource) => resource.allocationInfo?.role));
  if (roles.size > 1) {
    return `Invalid task resources: The resources have multiple allocation roles ('${[...roles].join("' and '")}') but only one allocation role is allowed`;
  }
  return variablesProblem(task.command ?? undefined);
}

function variablesProblem(command: mesos.v1.ICommandInfo | undefined): string | undefined {
  for (const variable of command?.environment?.variables ?? []) {
    if (hasField(variable, 'secret')) continue;
    if (!hasField(variable, 'value')) {
      return `Task's \`CommandInfo\` is invalid: Environment variable '${variable.name}' of type 'VALUE' must have a value set`;
    }
  }
  return undefined;
}

function commandProblem(task: mesos.v1.ITaskInfo, context: TaskContext): string | undefined {
  const hasExecutor = hasField(task, 'executor');
  if (hasExecutor === hasField(task, 'command')) {
    return 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present';
  }
  if (!hasExecutor) return undefined;
  const executor = task.executor as mesos.v1.IExecutorInfo;
  const problem = executorProblem(executor, context);
  if (problem !== undefined) return problem;
  if (hasField(executor, 'type') && executor.type !== mesos.v1.ExecutorInfo.Type.CUSTOM) {
    return "'ExecutorInfo.type' must be 'CUSTOM'";
  }
  return executor.command ? undefined : "'ExecutorInfo.command' must be set";
}

function amountProblem(
  task: mesos.v1.ITaskInfo,
  { available, existingExecutor }: TaskContext,
): string | undefined {
  const isNew = existingExecutor === undefined;
  const needed = ResourceSet.of([
    ...(task.resources ?? []),
    ...(isNew ? (task.executor?.resources ?? []) : []),
  ]);
  if (available.contains(needed)) return undefined;
  return `Total resources ${needed.text()} required by task and its executor is more than available ${available.text()}`;
}
