import type { mesos } from '@spark-mesos/mesos-proto';
import type {
  Constraint,
  DeclineSeconds,
  ExecutorMemoryRules,
  SparkSettings,
} from '@spark-mesos/scheduler-utils';
import {
  DEFAULT_MEMORY_RULES,
  declineRules,
  declineSeconds,
  managedPorts,
  memoryRules,
} from '@spark-mesos/scheduler-utils';

/** What the backend needs to know beside what the application asks for. */
export interface CoarseSettings {
  /** For messages only: the framework's role was settled at its subscription. */
  readonly role: string;
  /** Cores of all executors together; `undefined`: no limit. */
  readonly coresMax: number | undefined;
  readonly extraCores: number;
  readonly gpusMax: number;
  /** GPUs of each executor; `undefined`: what an offer has. */
  readonly executorGpus: number | undefined;
  readonly memory: ExecutorMemoryRules;
  readonly constraints: readonly Constraint[];
  /** Ports that each executor needs to find in its offer. */
  readonly ports: readonly number[];
  readonly taskLabels: mesos.v1.ILabels;
  readonly declineSeconds: DeclineSeconds;
  /** The longest decline of an agent in which nothing fits. */
  readonly longestDeclineSeconds: number;
  readonly shutdownTimeoutMs: number;
  /** After so many failures within the window an agent is left out. */
  readonly agentMaxFailures: number;
  readonly agentFailureWindowMs: number;
  /** After so many failed starts in a row, with no executor alive, the application is given up. */
  readonly maxStartFailures: number;
}

/** The settings of coarse mode where nothing is set. */
export const DEFAULT_COARSE_SETTINGS: CoarseSettings = {
  role: '*',
  coresMax: undefined,
  extraCores: 0,
  gpusMax: 0,
  executorGpus: undefined,
  memory: DEFAULT_MEMORY_RULES,
  constraints: [],
  ports: [],
  taskLabels: { labels: [] },
  declineSeconds: declineSeconds({ rejectOfferSeconds: 120 }),
  longestDeclineSeconds: 120,
  shutdownTimeoutMs: 10_000,
  agentMaxFailures: 2,
  agentFailureWindowMs: 3_600_000,
  maxStartFailures: 10,
};

/** Takes what the backend needs out of an application's settings. */
export function coarseSettings(settings: SparkSettings): CoarseSettings {
  return {
    role: settings.role ?? '*',
    coresMax: settings.coresMax,
    extraCores: settings.extraCores,
    gpusMax: settings.gpusMax,
    executorGpus: settings.executorGpus,
    memory: memoryRules(settings),
    constraints: settings.constraints,
    ports: managedPorts(settings),
    taskLabels: settings.taskLabels,
    declineSeconds: declineRules(settings),
    longestDeclineSeconds: settings.rejectOfferSeconds,
    shutdownTimeoutMs: settings.shutdownTimeoutMs,
    agentMaxFailures: settings.agentMaxFailures,
    agentFailureWindowMs: settings.agentFailureWindowMs,
    maxStartFailures: settings.executorMaxStartFailures,
  };
}
