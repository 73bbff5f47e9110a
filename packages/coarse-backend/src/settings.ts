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
  /** Memory of all executors' tasks together; `undefined`: no limit. */
  readonly memoryMaxMiB: number | undefined;
  /** Disk of each executor; 0: none is taken of the offer. */
  readonly diskMiB: number;
  readonly memory: ExecutorMemoryRules;
  readonly constraints: readonly Constraint[];
  /** Ports that each executor needs to find in its offer. */
  readonly ports: readonly number[];
  /** So many other ports are taken of the offer for each executor. */
  readonly ephemeralPorts: number;
  /** Executors and cores of the application on one agent at most; `undefined`: no limit. */
  readonly agentMaxExecutors: number | undefined;
  readonly agentMaxCores: number | undefined;
  /** Whether agents with fewer executors of the application come first. */
  readonly spreadExecutors: boolean;
  /** Whether reserved resources of an offer are used up before those of everybody. */
  readonly reservedFirst: boolean;
  /** Whether totals that are not set mean none, instead of as many as fit; and preferred hosts count. */
  readonly dynamicAllocation: boolean;
  /** How long to wait for preferred hosts. */
  readonly localityWaitMs: number;
  readonly taskLabels: mesos.v1.ILabels;
  readonly declineSeconds: DeclineSeconds;
  /** The longest decline of an agent in which nothing fits. */
  readonly longestDeclineSeconds: number;
  readonly shutdownTimeoutMs: number;
  /** After so many failures within the window an agent is left out; infinite: none ever is. */
  readonly agentMaxFailures: number;
  readonly agentFailureWindowMs: number;
  /** How long an agent is left out after its last failure. */
  readonly agentExclusionMs: number;
  /** An executor whose agent is cut off for longer is replaced. */
  readonly unreachableTimeoutMs: number;
  /** How long before its maintenance an agent begins to be emptied. */
  readonly drainLeadMs: number;
  /** After so long in vain all offers are asked for again; 0: never. */
  readonly reviveIntervalMs: number;
  /** After so long the states of all tasks are asked for again. */
  readonly reconcileIntervalMs: number;
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
  memoryMaxMiB: undefined,
  diskMiB: 0,
  memory: DEFAULT_MEMORY_RULES,
  constraints: [],
  ports: [],
  ephemeralPorts: 0,
  agentMaxExecutors: undefined,
  agentMaxCores: undefined,
  spreadExecutors: false,
  reservedFirst: false,
  dynamicAllocation: false,
  localityWaitMs: 3000,
  taskLabels: { labels: [] },
  declineSeconds: declineSeconds({ rejectOfferSeconds: 120 }),
  longestDeclineSeconds: 120,
  shutdownTimeoutMs: 10_000,
  agentMaxFailures: 2,
  agentFailureWindowMs: 3_600_000,
  agentExclusionMs: 600_000,
  unreachableTimeoutMs: 30_000,
  drainLeadMs: 600_000,
  reviveIntervalMs: 10_000,
  reconcileIntervalMs: 600_000,
  maxStartFailures: 10,
};

/** Takes what the backend needs out of an application's settings. */
export function coarseSettings(settings: SparkSettings): CoarseSettings {
  return {
    role: settings.role ?? (settings.roles.join(', ') || '*'),
    coresMax: settings.coresMax,
    extraCores: settings.extraCores,
    gpusMax: settings.gpusMax,
    executorGpus: settings.executorGpus,
    memoryMaxMiB: settings.memoryMaxMiB,
    diskMiB: settings.executorDiskMiB,
    memory: memoryRules(settings),
    constraints: settings.constraints,
    ports: managedPorts(settings),
    ephemeralPorts: settings.executorEphemeralPorts,
    agentMaxExecutors: settings.agentMaxExecutors,
    agentMaxCores: settings.agentMaxCores,
    spreadExecutors: settings.spreadExecutors,
    reservedFirst: settings.reservedFirst,
    dynamicAllocation: settings.dynamicAllocationEnabled,
    localityWaitMs: settings.localityWaitMs,
    taskLabels: settings.taskLabels,
    declineSeconds: declineRules(settings),
    longestDeclineSeconds: settings.rejectOfferSeconds,
    shutdownTimeoutMs: settings.shutdownTimeoutMs,
    agentMaxFailures: settings.excludeOnFailureEnabled ? settings.agentMaxFailures : Number.POSITIVE_INFINITY,
    agentFailureWindowMs: settings.agentFailureWindowMs,
    agentExclusionMs: settings.agentExclusionMs,
    unreachableTimeoutMs: settings.unreachableTimeoutMs,
    drainLeadMs: settings.drainLeadMs,
    reviveIntervalMs: settings.reviveIntervalMs,
    reconcileIntervalMs: DEFAULT_COARSE_SETTINGS.reconcileIntervalMs,
    maxStartFailures: settings.executorMaxStartFailures,
  };
}
