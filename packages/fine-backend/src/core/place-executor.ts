import type { mesos } from '@spark-mesos/mesos-proto';
import { newTaskId, type Refusal, shortage, toThousandths } from '@spark-mesos/scheduler-utils';
import type { FineExecutorPlacement } from '../model.ts';
import type { AgentOffer } from './agent-offer.ts';
import type { FineContext } from './context.ts';
import { Executor } from './executor.ts';
import { anchorMemMiB, executorInfo, executorTask, launchOf } from './task-info.ts';

/** An executor that has got its place. */
export interface Placed {
  readonly ok: true;
  readonly executor: Executor;
  readonly task: mesos.v1.ITaskInfo;
}

/**
 * Places an executor, if there is also a core for a task beside it (rule F20). Throws a coded error where the
 * application cannot say how to launch it.
 */
export function placeExecutor(context: FineContext, offer: AgentOffer): Placed | Refusal {
  const { settings, memory } = context;
  const { executorCores, taskCpus, diskMiB, ports, carrier } = settings;
  const offered = offer.cpus;
  if (toThousandths(offered) < toThousandths(executorCores) + toThousandths(taskCpus)) {
    return shortage('cpus', executorCores + taskCpus, offered);
  }
  const gpus = gpusOf(context, offer);
  const taking = offer.take({ cpus: executorCores, memMiB: memory.totalMiB, gpus, diskMiB, ports });
  const anchor = carrier === 'executor' ? offer.take({ cpus: 0, memMiB: anchorMemMiB(settings) }) : undefined;
  if (!taking.ok || anchor?.ok === false) {
    return taking.ok ? (anchor as Refusal) : taking;
  }
  const placement = placementOf(context, offer, gpus, offered - executorCores);
  const launch = launchOf(context, placement);
  const info = anchor === undefined ? undefined : executorInfo(placement, launch, taking.resources, context);
  const task = executorTask(placement, launch, anchor?.resources ?? taking.resources, info, settings);
  const executor = new Executor({
    placement,
    cpus: toThousandths(executorCores),
    place: context.places.placeOf(offer.offer),
    launchedAtMs: context.nowMs,
    info,
    maxSlotFailures: settings.maxStartFailures,
  });
  register(context, executor);
  return { ok: true, executor, task };
}

/** Whole cores, since Spark counts in those: at least those of one task, and no more than `spark.cores.max` leaves. */
export function taskCoresOf({ settings }: FineContext, available: number, executors: number): number {
  const { coresMax = Number.POSITIVE_INFINITY, executorCores, taskCpus } = settings;
  const ceiling = coresMax - executorCores * executors;
  return Math.max(Math.ceil(taskCpus), Math.floor(Math.min(available, ceiling)));
}

function placementOf(
  context: FineContext,
  { agentId, hostname }: AgentOffer,
  gpus: number,
  available: number,
): FineExecutorPlacement {
  const { memory, taskIdPrefix, nextExecutorId: executorId, executors, settings } = context;
  return {
    executorId,
    taskId: newTaskId(`${taskIdPrefix}-e`, executorId),
    agentId,
    hostname,
    cores: settings.executorCores,
    taskCores: taskCoresOf(context, available, executors.size + 1),
    gpus,
    memoryMiB: memory.heapMiB,
    taskMemoryMiB: memory.totalMiB,
  };
}

/** Those that the settings ask for; else what is there, within the limit of the application. */
function gpusOf({ settings, heldGpus }: FineContext, offer: AgentOffer): number {
  const left = Math.max(0, settings.gpusMax - heldGpus);
  return settings.executorGpus ?? Math.min(left, offer.gpus);
}

function register(context: FineContext, executor: Executor): void {
  const { executorId, taskId, agentId, cpus, placement, place } = executor;
  // Never used again, not even when the launch comes to nothing (rule F34).
  context.nextExecutorId = executorId + 1;
  context.executors.set(executorId, executor);
  context.executorsByTask.set(taskId, executor);
  context.executorsByAgent.set(agentId, executor);
  context.heldCpus += cpus;
  context.heldGpus += placement.gpus;
  context.places.add(place);
  context.silent.set(executor, context.nowMs);
}
