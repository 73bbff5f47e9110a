import { mesos } from '@spark-mesos/mesos-proto';
import { hasField } from '../message-fields.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { executorProblem } from './executor-validation.ts';
import { isSameExecutor } from './executors.ts';
import { type TaskContext, taskIdentityProblem } from './task-validation.ts';

const { Type } = mesos.v1.ExecutorInfo;
/** Less than this of cpus (in thousandths) and of memory is no executor for a task group. */
const MIN_GROUP_CPUS_MILLI = 10;
const MIN_GROUP_MEM_MILLI = 32_000;

/** Why these tasks cannot be launched together under this executor. */
export function groupProblem(
  tasks: readonly mesos.v1.ITaskInfo[],
  executor: mesos.v1.IExecutorInfo,
  context: TaskContext,
): string | undefined {
  for (const task of tasks) {
    const problem = taskIdentityProblem(task, context) ?? groupTaskProblem(task);
    if (problem !== undefined) return `Task '${task.taskId.value}' is invalid: ${problem}`;
  }
  return (
    executorProblem(executor, context) ??
    groupExecutorProblem(tasks, executor) ??
    groupAmountProblem(tasks, executor, context)
  );
}

function groupTaskProblem(task: mesos.v1.ITaskInfo): string | undefined {
  if (!hasField(task, 'executor')) return "'TaskInfo.executor' must be set";
  if (task.container?.type === mesos.v1.ContainerInfo.Type.DOCKER) {
    return 'Docker ContainerInfo is not supported on the task';
  }
  return undefined;
}

function groupExecutorProblem(
  tasks: readonly mesos.v1.ITaskInfo[],
  executor: mesos.v1.IExecutorInfo,
): string | undefined {
  if (!hasField(executor, 'type')) return "'ExecutorInfo.type' must be set";
  if (executor.type === Type.UNKNOWN) return 'Unknown executor type';
  const id = executor.executorId.value;
  for (const task of tasks) {
    if (!task.executor || isSameExecutor(task.executor, executor)) continue;
    return `The \`ExecutorInfo\` of task '${task.taskId.value}' is different from executor '${id}'`;
  }
  const own = ResourceSet.of(executor.resources ?? []);
  const amount = (milli: number) => (milli === 0 ? 'None' : String(milli / 1000));
  const cpus = own.quantityOf('cpus');
  if (cpus < MIN_GROUP_CPUS_MILLI) {
    return `Executor '${id}' uses less CPUs (${amount(cpus)}) than the minimum required (0.01)`;
  }
  const mem = own.quantityOf('mem');
  if (mem < MIN_GROUP_MEM_MILLI) {
    const text = mem === 0 ? 'None' : `${mem / 1000}MB`;
    return `Executor '${id}' uses less memory (${text}) than the minimum required (32MB)`;
  }
  return own.quantityOf('disk') === 0 ? `Executor '${id}' uses no disk` : undefined;
}

function groupAmountProblem(
  tasks: readonly mesos.v1.ITaskInfo[],
  executor: mesos.v1.IExecutorInfo,
  { available, existingExecutor }: TaskContext,
): string | undefined {
  const own = existingExecutor === undefined ? ResourceSet.of(executor.resources ?? []) : ResourceSet.empty;
  const total = tasks.reduce((sum, task) => sum.plus(ResourceSet.of(task.resources ?? [])), own);
  if (available.contains(total)) return undefined;
  return `Total resources ${total.text()} required by task group and its executor are more than available ${available.text()}`;
}
