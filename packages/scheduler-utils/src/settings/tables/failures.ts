import { withDefault } from '../definition.ts';
import { duration, flag, integer } from '../value-schemas.ts';
import { OURS } from './since.ts';

/** What happens when executors fail, and when agents go. */
export const FAILURES = {
  excludeOnFailureEnabled: withDefault({
    name: 'spark.mesos.coarse.excludeOnFailure.enabled',
    schema: flag,
    default: 'true',
    since: OURS,
    meaning: 'Whether agents on which executors fail are left out for a while',
  }),
  agentMaxFailures: withDefault({
    name: 'spark.mesos.coarse.excludeOnFailure.maxFailedExecutorsPerAgent',
    schema: integer(1),
    default: '2',
    since: OURS,
    meaning: 'After so many failed executors within the interval an agent is left out',
  }),
  agentFailureWindowMs: withDefault({
    name: 'spark.mesos.coarse.excludeOnFailure.failuresValidityInterval',
    schema: duration('ms'),
    default: '1h',
    unit: 'ms',
    since: OURS,
    meaning: 'How long a failed executor counts against its agent',
  }),
  agentExclusionMs: withDefault({
    name: 'spark.mesos.coarse.excludeOnFailure.timeout',
    schema: duration('ms'),
    default: '10min',
    unit: 'ms',
    since: OURS,
    meaning:
      'How long an agent is left out after its last failure; less where no executor is alive and no other ' +
      'agent is suited',
  }),
  unreachableTimeoutMs: withDefault({
    name: 'spark.mesos.coarse.unreachableTimeout',
    schema: duration('ms'),
    default: '30s',
    unit: 'ms',
    since: OURS,
    meaning:
      'How long an executor may stay on an agent that is cut off from the master before it is replaced',
  }),
  drainLeadMs: withDefault({
    name: 'spark.mesos.coarse.maintenance.leadTime',
    schema: duration('ms'),
    default: '10min',
    unit: 'ms',
    since: OURS,
    meaning: 'How long before its maintenance an agent gets no more executors, and those on it are to go',
  }),
  executorMaxStartFailures: withDefault({
    name: 'spark.mesos.executor.maxStartFailures',
    schema: integer(1),
    default: '10',
    since: OURS,
    meaning: 'After so many failed starts in a row, with no executor alive, the application is given up',
  }),
  shutdownTimeoutMs: withDefault({
    name: 'spark.mesos.coarse.shutdownTimeout',
    schema: duration('ms'),
    default: '10s',
    unit: 'ms',
    since: '2.0.0',
    meaning: 'How long executors may take to end by themselves at the end of the application',
  }),
} as const;
