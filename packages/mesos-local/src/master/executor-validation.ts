import { mesos, toMesosJson, toSafeNumber } from '@spark-mesos/mesos-proto';
import { isSameExecutor } from './executors.ts';
import { idProblem } from './framework-validation.ts';

const { Type } = mesos.v1.ExecutorInfo;
const RULE = '-'.repeat(60);

/** What an executor is checked against. */
export interface ExecutorContext {
  readonly frameworkId: string;
  /** The executor that the framework has on this agent under the same name. */
  readonly existingExecutor: mesos.v1.IExecutorInfo | undefined;
}

/** Why this executor cannot be, by itself and beside the one that has its name already. */
export function executorProblem(info: mesos.v1.IExecutorInfo, context: ExecutorContext): string | undefined {
  return typeProblem(info) ?? idProblem(info.executorId.value) ?? contextProblem(info, context);
}

function typeProblem(info: mesos.v1.IExecutorInfo): string | undefined {
  const type = info.type ?? Type.UNKNOWN;
  if (type === Type.DEFAULT) {
    if (info.command) return "'ExecutorInfo.command' must not be set for 'DEFAULT' executor";
    const { container } = info;
    if (container && container.type !== mesos.v1.ContainerInfo.Type.MESOS) {
      return "'ExecutorInfo.container.type' must be 'MESOS' for 'DEFAULT' executor";
    }
    if (container?.mesos?.image) {
      return "'ExecutorInfo.container.mesos.image' must not be set for 'DEFAULT' executor";
    }
  }
  if (type === Type.CUSTOM && !info.command) {
    return "'ExecutorInfo.command' must be set for 'CUSTOM' executor";
  }
  return undefined;
}

function contextProblem(
  info: mesos.v1.IExecutorInfo,
  { frameworkId, existingExecutor }: ExecutorContext,
): string | undefined {
  const grace = info.shutdownGracePeriod?.nanoseconds;
  if (grace !== undefined && grace !== null && toSafeNumber(grace) < 0) {
    return "ExecutorInfo's 'shutdown_grace_period' must be non-negative";
  }
  const claimed = info.frameworkId?.value;
  if (claimed !== frameworkId) {
    return `ExecutorInfo has an invalid FrameworkID (Actual: ${claimed} vs Expected: ${frameworkId})`;
  }
  const roles = new Set((info.resources ?? []).map((resource) => resource.allocationInfo?.role));
  if (roles.size > 1) {
    return `Invalid executor resources: The resources have multiple allocation roles ('${[...roles].join("' and '")}') but only one allocation role is allowed`;
  }
  if (existingExecutor === undefined || isSameExecutor(existingExecutor, info)) return undefined;
  const texts = [existingExecutor, info].map((one) =>
    JSON.stringify(toMesosJson(mesos.v1.ExecutorInfo, one), undefined, 2),
  );
  return [
    'ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.',
    `${RULE}\nExisting ExecutorInfo:\n${texts[0]}\n`,
    `${RULE}\nExecutorInfo:\n${texts[1]}\n`,
    `${RULE}\n`,
  ].join('\n');
}
