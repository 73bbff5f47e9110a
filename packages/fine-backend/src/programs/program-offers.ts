import type { mesos } from '@spark-mesos/mesos-proto';
import {
  DeclineBatch,
  type DeclineReason,
  newTaskId,
  type TaskId,
  toThousandths,
} from '@spark-mesos/scheduler-utils';
import { type AgentOffer, agentOffers } from '../core/agent-offer.ts';
import { FineError } from '../errors.ts';
import type { DispatchContext } from './dispatch-context.ts';
import type { DispatchedTask } from './dispatched-tasks.ts';
import type { ProgramTask, WorkerOffer } from './model.ts';

/** Shows the program what is offered, and launches what it places (rules F20 to F23). */
export function offered(context: DispatchContext, offers: readonly mesos.v1.IOffer[]): void {
  const { reservedFirst, declineSeconds, longestDeclineSeconds } = context.settings;
  const declines = new DeclineBatch<DeclineReason>();
  const suited: { readonly offer: AgentOffer; readonly worker: WorkerOffer }[] = [];
  for (const offer of agentOffers(offers, reservedFirst)) {
    if (context.meetsConstraints(offer.offer).ok) {
      suited.push({ offer, worker: workerOf(offer) });
    } else {
      const refuseSeconds = declineSeconds.CONSTRAINTS_UNMET;
      declines.add(offer.offerIds, { reason: 'CONSTRAINTS_UNMET', refuseSeconds });
    }
  }
  const placed = ask(
    context,
    suited.map(({ worker }) => worker),
  );
  for (const { offer, worker } of suited) {
    const tasks = placed.filter((task) => task.worker === worker);
    const launched = tasks.map((task) => launch(context, task, offer)).filter((task) => task !== undefined);
    if (launched.length === 0) {
      declines.add(offer.offerIds, { reason: 'NOTHING_WANTED', refuseSeconds: longestDeclineSeconds });
      continue;
    }
    const { agentId, offerIds } = offer;
    const taskIds = launched.map(({ taskId }) => taskId.value as TaskId);
    context.flow.progressed();
    context.emit({ kind: 'accept', agentId, offerIds, tasks: launched, taskIds, executor: undefined });
  }
  for (const effect of declines.effects()) {
    context.emit(effect);
  }
}

/** What the program places; once it places nothing, nothing is wanted until it says so or a task ends. */
function ask(context: DispatchContext, workers: readonly WorkerOffer[]): readonly ProgramTask[] {
  if (!context.isWanted || workers.length === 0) {
    return [];
  }
  try {
    const placed = context.resourceOffers(workers);
    context.isWanted = placed.length > 0;
    return placed;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    context.fail(new FineError('FINE_LAUNCH_REFUSED', `The program failed on offers: ${why}`, { cause }));
    return [];
  }
}

function launch(
  context: DispatchContext,
  task: ProgramTask,
  offer: AgentOffer,
): mesos.v1.ITaskInfo | undefined {
  const { taskId: programId, cpus, memMiB, gpus } = task;
  const { tasks, settings, nowMs } = context;
  const { coresMax, taskLabels } = settings;
  if (tasks.byProgramId(programId) !== undefined) {
    return undefined;
  }
  const isOver = coresMax !== undefined && tasks.cpus + toThousandths(cpus) > toThousandths(coresMax);
  const taking = isOver ? undefined : offer.take({ cpus, ...(memMiB && { memMiB }), ...(gpus && { gpus }) });
  if (!taking?.ok) {
    const short =
      taking && 'resource' in taking ? `${taking.resource}: ${taking.have} of ${taking.need}` : 'cores';
    context.tell(programId, 'LOST', {
      message: isOver ? `the limit of ${coresMax} cores is reached` : short,
    });
    return undefined;
  }
  const taskId = newTaskId(`${context.taskIdPrefix}-t`, context.nextTask);
  context.nextTask += 1;
  const dispatched: DispatchedTask = {
    taskId,
    programId,
    agentId: offer.agentId,
    cpus: toThousandths(cpus),
    isKilled: false,
    state: undefined,
  };
  tasks.add(dispatched, nowMs);
  return taskInfoOf(task, dispatched, taking.resources, taskLabels);
}

function workerOf({ agentId, hostname, offer, cpus, memMiB, gpus }: AgentOffer): WorkerOffer {
  return { agentId, hostname, role: offer.allocationInfo?.role ?? '*', cpus, memMiB, gpus, offer };
}

function taskInfoOf(
  { name, command, container, labels }: ProgramTask,
  { taskId, agentId }: DispatchedTask,
  resources: mesos.v1.IResource[],
  taskLabels: mesos.v1.ILabels,
): mesos.v1.ITaskInfo {
  return {
    name,
    taskId: { value: taskId },
    agentId: { value: agentId },
    resources,
    command,
    labels: labels ?? taskLabels,
    ...(container && { container }),
  };
}
