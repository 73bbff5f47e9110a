import { mesos } from '@spark-mesos/mesos-proto';
import { isTerminal } from '../task-states.ts';
import { type AgentState, liveTasks, newAgentTask } from './agent-state.ts';
import type { AgentTask, ExecutorRecord } from './model.ts';
import { killTask, launchTask } from './task-processes.ts';

const { TaskState } = mesos.v1;

/** The default executor gets a group: each of its tasks is a process within the executor's sandbox. */
export function runGroup(
  state: AgentState,
  executor: ExecutorRecord,
  infos: readonly mesos.v1.ITaskInfo[],
): void {
  const groupId = infos[0]?.taskId.value ?? '';
  const tasks = infos.map((info) => newAgentTask(info, groupId));
  for (const task of tasks) executor.tasks.set(task.id, task);
  for (const task of tasks) launchTask(state, executor, task);
}

/** One of a group has ended: if it has not done so well, the others of its group end too. */
export function groupTaskEnded(state: AgentState, executor: ExecutorRecord, task: AgentTask): void {
  if (task.state !== TaskState.TASK_FINISHED) killOthers(state, executor, task, undefined);
  if (liveTasks(executor).length > 0 || [...executor.tasks.values()].some(isStillThere)) return;
  state.complete(executor);
  const { frameworkId, id: executorId } = executor;
  state.emit({ kind: 'executor-exited', frameworkId, executorId, status: 0 });
}

function isStillThere({ run }: AgentTask): boolean {
  return run !== undefined && run.phase !== 'ended';
}

/** The KILL of one task of a group is that of all. */
export function killGroupTask(
  state: AgentState,
  executor: ExecutorRecord,
  task: AgentTask,
  killPolicy: mesos.v1.IKillPolicy | undefined,
): void {
  if (isTerminal(task.state) || task.run === undefined) return;
  killTask(state, task.run, task, killPolicy);
  killOthers(state, executor, task, killPolicy);
}

function killOthers(
  state: AgentState,
  executor: ExecutorRecord,
  except: AgentTask,
  killPolicy: mesos.v1.IKillPolicy | undefined,
): void {
  for (const task of liveTasks(executor)) {
    if (task === except || task.groupId !== except.groupId) continue;
    if (task.run === undefined || task.run.phase === 'killing') continue;
    killTask(state, task.run, task, killPolicy);
  }
}
