import { optional, withDefault } from '../definition.ts';
import { choice, duration, flag, text } from '../value-schemas.ts';
import { OURS } from './since.ts';

/** How tasks are paid for in fine mode. */
export const FINE = {
  fineExact: withDefault({
    name: 'spark.mesos.fine.exact',
    schema: flag,
    default: 'false',
    since: OURS,
    meaning:
      'Whether each Spark task is a Mesos task of its own in fine mode, instead of one after another in a slot',
  }),
  fineCarrier: withDefault({
    name: 'spark.mesos.fine.carrier',
    schema: choice('command', 'executor'),
    default: 'command',
    since: OURS,
    meaning:
      'What slots are in fine mode: command tasks, or tasks of a Mesos executor that runs the Spark executor',
  }),
  fineExecutorProgram: withDefault({
    name: 'spark.mesos.fine.executor.program',
    schema: text,
    default: 'spark-mesos-fine-executor',
    since: OURS,
    meaning:
      'Where agents have that Mesos executor: a name on their PATH, a path, or one in the sandbox (./…) where spark.mesos.uris brings it',
  }),
  fineHoldMs: withDefault({
    name: 'spark.mesos.fine.hold',
    schema: duration('ms'),
    default: '50ms',
    unit: 'ms',
    since: OURS,
    meaning: 'How long a slot is kept in fine mode when no task is there for it',
  }),
  fineLeaseMs: optional({
    name: 'spark.mesos.fine.lease',
    schema: duration('ms'),
    unit: 'ms',
    since: OURS,
    meaning:
      'A slot that is older is given back when its task ends. Unset: 2.5 s with command tasks, 250 ms with an executor',
  }),
  fineExecutorIdleMs: withDefault({
    name: 'spark.mesos.fine.executorIdleTimeout',
    schema: duration('ms'),
    default: '5min',
    unit: 'ms',
    since: OURS,
    meaning:
      'After so long without a task an executor is let go in fine mode, unless it is the last; 0: none is',
  }),
} as const;
