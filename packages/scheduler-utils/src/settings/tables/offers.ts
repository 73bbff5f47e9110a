import { optional, withDefault } from '../definition.ts';
import { constraints, duration, flag, integer, memoryMiB, seconds } from '../value-schemas.ts';
import { OURS } from './since.ts';

/** Which offers are taken, how much of them, and how long the others stay away. */
export const OFFERS = {
  constraints: withDefault({
    name: 'spark.mesos.constraints',
    schema: constraints,
    default: '',
    since: '1.5.0',
    meaning: 'What an agent must have: name:value,value;name:;field:OPERATOR:value',
  }),
  rejectOfferSeconds: withDefault({
    name: 'spark.mesos.rejectOfferDuration',
    schema: seconds,
    default: '120s',
    unit: 's',
    since: '2.2.0',
    meaning: 'How long a declined offer stays away, where nothing more special is set',
  }),
  rejectOfferForUnmetConstraintsSeconds: optional({
    name: 'spark.mesos.rejectOfferDurationForUnmetConstraints',
    schema: seconds,
    unit: 's',
    since: '1.6.0',
    fallback: 'spark.mesos.rejectOfferDuration',
    meaning: 'The same for offers that do not meet the constraints',
  }),
  rejectOfferForReachedMaxCoresSeconds: optional({
    name: 'spark.mesos.rejectOfferDurationForReachedMaxCores',
    schema: seconds,
    unit: 's',
    since: '2.0.0',
    fallback: 'spark.mesos.rejectOfferDuration',
    meaning: 'The same for offers when spark.cores.max is reached',
  }),
  reviveIntervalMs: withDefault({
    name: 'spark.mesos.scheduler.revive.interval',
    schema: duration('ms'),
    default: '10s',
    unit: 'ms',
    since: OURS,
    meaning:
      'How long to wait in vain before all declined offers are asked for again; doubled each time, up to ' +
      'spark.mesos.rejectOfferDuration. 0: never',
  }),
  reservedFirst: withDefault({
    name: 'spark.mesos.resources.reservedFirst',
    schema: flag,
    default: 'false',
    since: OURS,
    meaning: 'Whether reserved resources of an offer are used up before those of everybody',
  }),
  memoryMaxMiB: optional({
    name: 'spark.mem.max',
    schema: memoryMiB,
    unit: 'MiB',
    since: OURS,
    meaning: 'Memory of all executors together, overhead and all. Unset: as much as is offered',
  }),
  gpusMax: withDefault({
    name: 'spark.mesos.gpus.max',
    schema: integer(0),
    default: '0',
    unit: 'GPUs',
    since: '2.1.0',
    meaning: 'GPUs of all executors together; above 0 the framework is offered agents with GPUs',
  }),
  agentMaxExecutors: optional({
    name: 'spark.mesos.agent.maxExecutors',
    schema: integer(1),
    since: OURS,
    meaning: 'Executors of the application on one agent at most',
  }),
  agentMaxCores: optional({
    name: 'spark.mesos.agent.maxCores',
    schema: integer(1),
    unit: 'cores',
    since: OURS,
    meaning: 'Cores of the executors of the application on one agent at most',
  }),
  spreadExecutors: withDefault({
    name: 'spark.mesos.spreadExecutors',
    schema: flag,
    default: 'false',
    since: OURS,
    meaning: 'Whether agents with fewer executors of the application come first',
  }),
} as const;
