import { newTaskId } from '../ids.ts';
import type { ExecutorPlacement } from '../model.ts';
import type { Candidate } from './candidate.ts';
import type { CoarseContext } from './context.ts';
import type { Executor } from './executors.ts';
import type { Share, TakenShare } from './placement.ts';

/** Mostly no constraint asks where executors run. */
const NO_PLACE: ExecutorPlacement['place'] = Object.freeze([]);

/** An executor that has just got its place, under an id that was never used before (rule C5). */
export function newExecutor(
  context: CoarseContext,
  { agentId, hostname, offer }: Candidate,
  { profile, cores, gpus }: Share,
  { ports }: TakenShare,
): Executor {
  const { places } = context.executors;
  const executorId = context.nextExecutorId;
  context.nextExecutorId += 1;
  const taskId = newTaskId(context.taskIdPrefix, executorId);
  return {
    placement: {
      executorId,
      taskId,
      agentId,
      hostname,
      cores,
      advertisedCores: cores + context.settings.extraCores,
      gpus,
      ports,
      place: places.isEmpty ? NO_PLACE : places.placeOf(offer),
      memoryMiB: profile.memory.heapMiB,
      taskMemoryMiB: profile.memory.totalMiB,
      profileId: profile.id,
    },
    taskId,
    agentId,
    launchedAtMs: context.nowMs,
    isAdopted: false,
    status: 'launched',
    statusSinceMs: context.nowMs,
    runningSinceMs: undefined,
    isSilent: true,
    killedAtMs: undefined,
    acceptProblem: undefined,
  };
}
