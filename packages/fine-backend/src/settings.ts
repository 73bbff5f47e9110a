import type { mesos } from '@spark-mesos/mesos-proto';
import {
  type Constraint,
  DEFAULT_MEMORY_RULES,
  type DeclineSeconds,
  declineRules,
  declineSeconds,
  type ExecutorMemoryRules,
  managedPorts,
  memoryRules,
  type SparkSettings,
} from '@spark-mesos/scheduler-utils';

/**
 * What a slot is to Mesos.
 *
 * - `command`: a command task that does nothing; agents need no more than Mesos itself.
 * - `executor`: a task of the executor that the application launches, which then is a Mesos executor (v1 executor API).
 */
export type SlotCarrier = 'command' | 'executor';

/** What the backend needs to know beside what the application asks for. */
export interface FineSettings {
  /** For messages only: the framework's role was settled at its subscription. */
  readonly role: string;
  /** Cores of all executors and slots together; `undefined`: no limit (rule F66). */
  readonly coresMax: number | undefined;
  readonly gpusMax: number;
  /** GPUs of each executor; `undefined`: what an offer has, within `gpusMax`. */
  readonly executorGpus: number | undefined;
  /** Cores that an executor itself holds, fractions too (rules F12, F62). */
  readonly executorCores: number;
  /** Heap of each executor; overhead comes on top. */
  readonly executorMemoryMiB: number;
  readonly memory: ExecutorMemoryRules;
  /** Disk of each executor; 0: none is taken of the offer. */
  readonly diskMiB: number;
  /** Ports that each executor needs to find in its offer. */
  readonly ports: readonly number[];
  /** Cores of a task that says nothing of its own. */
  readonly taskCpus: number;
  readonly constraints: readonly Constraint[];
  /** Whether reserved resources of an offer are used up before those of everybody. */
  readonly reservedFirst: boolean;
  readonly taskLabels: mesos.v1.ILabels;
  readonly carrier: SlotCarrier;
  /**
   * With `carrier: 'executor'` the program that is a Mesos executor and has as its child what the application launches,
   * by its name on the agent's PATH or by its path; `undefined`: what the application launches is one itself.
   */
  readonly executorProgram: string | undefined;
  /** Whether each task is a Mesos task of its own. */
  readonly exact: boolean;
  /** How long a slot is kept when no task is there for it. */
  readonly holdMs: number;
  /** A slot that is older is given back when its task ends. */
  readonly leaseMs: number;
  /** An executor without tasks for so long is let go, unless it is the last; infinite: none is. */
  readonly executorIdleMs: number;
  /**
   * After so long without a core for any of the tasks that wait for an executor they are handed back, if others have
   * cores; infinite: never. Only for applications that can run them elsewhere (`handBack`).
   */
  readonly handBackMs: number;
  readonly declineSeconds: DeclineSeconds;
  /** The longest decline of an agent on which nothing fits, or nothing is wanted. */
  readonly longestDeclineSeconds: number;
  readonly shutdownTimeoutMs: number;
  /** After so many failures within the window an agent is left out; infinite: none ever is. */
  readonly agentMaxFailures: number;
  readonly agentFailureWindowMs: number;
  /** How long an agent is left out after its last failure. */
  readonly agentExclusionMs: number;
  /** An executor or slot whose agent is cut off for longer is given up. */
  readonly unreachableTimeoutMs: number;
  /** How long before its maintenance an agent begins to be emptied. */
  readonly drainLeadMs: number;
  /** The least time between two REVIVE; it grows while nothing comes of them. */
  readonly reviveSpacingMs: number;
  /** After so long in vain all offers are asked for again; 0: never. */
  readonly reviveIntervalMs: number;
  /** After so long the states of all tasks are asked for again. */
  readonly reconcileIntervalMs: number;
  /** After so many failed starts in a row, with no executor alive, the application is given up. */
  readonly maxStartFailures: number;
}

/** Measured to be best: longer than a driver takes from one task to the next, and short for everybody else. */
const LEASE_MS: Readonly<Record<SlotCarrier, number>> = { command: 2500, executor: 250 };

/** One Mesos task follows another in exact mode, so that each wait counts there. */
const REVIVE_SPACING_MS = { exact: 4, slots: 10 } as const;

/** The settings of fine mode where nothing is set. */
export const DEFAULT_FINE_SETTINGS: FineSettings = {
  role: '*',
  coresMax: undefined,
  gpusMax: 0,
  executorGpus: undefined,
  executorCores: 1,
  executorMemoryMiB: 1024,
  memory: DEFAULT_MEMORY_RULES,
  diskMiB: 0,
  ports: [],
  taskCpus: 1,
  constraints: [],
  reservedFirst: false,
  taskLabels: { labels: [] },
  carrier: 'command',
  executorProgram: 'spark-mesos-fine-executor',
  exact: false,
  holdMs: 50,
  leaseMs: LEASE_MS.command,
  executorIdleMs: 300_000,
  handBackMs: Number.POSITIVE_INFINITY,
  declineSeconds: declineSeconds({ rejectOfferSeconds: 120 }),
  longestDeclineSeconds: 120,
  shutdownTimeoutMs: 10_000,
  agentMaxFailures: 2,
  agentFailureWindowMs: 3_600_000,
  agentExclusionMs: 600_000,
  unreachableTimeoutMs: 30_000,
  drainLeadMs: 600_000,
  reviveSpacingMs: REVIVE_SPACING_MS.slots,
  reviveIntervalMs: 10_000,
  reconcileIntervalMs: 600_000,
  maxStartFailures: 10,
};

/** Takes what the backend needs out of an application's settings. */
export function fineSettings(settings: SparkSettings): FineSettings {
  const { fineCarrier: carrier, fineExact: exact } = settings;
  return {
    role: settings.role ?? (settings.roles.join(', ') || '*'),
    coresMax: settings.coresMax,
    gpusMax: settings.gpusMax,
    executorGpus: settings.executorGpus,
    executorCores: settings.mesosExecutorCores,
    executorMemoryMiB: settings.executorMemoryMiB,
    memory: memoryRules(settings),
    diskMiB: settings.executorDiskMiB,
    ports: managedPorts(settings),
    taskCpus: settings.taskCpus,
    constraints: settings.constraints,
    reservedFirst: settings.reservedFirst,
    taskLabels: settings.taskLabels,
    carrier,
    executorProgram: settings.fineExecutorProgram,
    exact,
    holdMs: settings.fineHoldMs,
    leaseMs: settings.fineLeaseMs ?? LEASE_MS[carrier],
    executorIdleMs:
      settings.fineExecutorIdleMs === 0 ? Number.POSITIVE_INFINITY : settings.fineExecutorIdleMs,
    handBackMs: DEFAULT_FINE_SETTINGS.handBackMs,
    declineSeconds: declineRules(settings),
    longestDeclineSeconds: settings.rejectOfferSeconds,
    shutdownTimeoutMs: settings.shutdownTimeoutMs,
    agentMaxFailures: settings.excludeOnFailureEnabled ? settings.agentMaxFailures : Number.POSITIVE_INFINITY,
    agentFailureWindowMs: settings.agentFailureWindowMs,
    agentExclusionMs: settings.agentExclusionMs,
    unreachableTimeoutMs: settings.unreachableTimeoutMs,
    drainLeadMs: settings.drainLeadMs,
    reviveSpacingMs: exact ? REVIVE_SPACING_MS.exact : REVIVE_SPACING_MS.slots,
    reviveIntervalMs: settings.reviveIntervalMs,
    reconcileIntervalMs: DEFAULT_FINE_SETTINGS.reconcileIntervalMs,
    maxStartFailures: settings.executorMaxStartFailures,
  };
}
