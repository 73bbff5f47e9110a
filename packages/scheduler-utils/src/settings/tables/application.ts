import { optional, withDefault } from '../definition.ts';
import { cores, decimal, duration, flag, integer, text } from '../value-schemas.ts';

/** What Spark's own settings say of an application as a whole. */
export const APPLICATION = {
  master: optional({
    name: 'spark.master',
    schema: text,
    since: '0.6.0',
    meaning:
      'The master: mesos://host:port, mesos://zk://host:port,…/path; what a driver sees is the gateway',
  }),
  coarse: withDefault({
    name: 'spark.mesos.coarse',
    schema: flag,
    default: 'true',
    since: '0.6.0',
    meaning: 'Whether executors are started once and kept (coarse mode), or paid for by the task (fine mode)',
  }),
  appName: optional({
    name: 'spark.app.name',
    schema: text,
    since: '0.9.0',
    meaning: 'Name of the application, of its framework and of its tasks',
  }),
  driverHost: optional({
    name: 'spark.driver.host',
    schema: text,
    since: '0.7.0',
    meaning: 'Host of the driver, shown as that of the framework unless SPARK_PUBLIC_DNS is set',
  }),
  driverPort: optional({
    name: 'spark.driver.port',
    schema: integer(0, 65_535),
    since: '0.7.0',
    meaning: 'Port where executors find the driver; the driver itself tells it',
  }),
  publicHost: optional({
    name: 'SPARK_PUBLIC_DNS',
    schema: text,
    since: '0.6.0',
    environmentVariable: 'SPARK_PUBLIC_DNS',
    meaning: 'Host name that Mesos and people see; an environment variable alone',
  }),
  coresMax: optional({
    name: 'spark.cores.max',
    schema: integer(1),
    unit: 'cores',
    since: '0.6.0',
    meaning:
      'Cores of all executors together; rounded down to whole executors. Unset: as many as are offered',
  }),
  ioEncryptionEnabled: withDefault({
    name: 'spark.io.encryption.enabled',
    schema: flag,
    default: 'false',
    since: '2.1.0',
    meaning: 'Not supported on Mesos',
  }),
  dynamicAllocationEnabled: withDefault({
    name: 'spark.dynamicAllocation.enabled',
    schema: flag,
    default: 'false',
    since: '1.2.0',
    meaning: 'Whether the driver asks for executors and gives them back as it goes: the limit starts at 0',
  }),
  localityWaitMs: withDefault({
    name: 'spark.locality.wait',
    schema: duration('ms'),
    default: '3s',
    unit: 'ms',
    since: '0.5.0',
    meaning: 'How long executors wait for an agent that has the data, with dynamic allocation',
  }),
  minRegisteredResourcesRatio: withDefault({
    name: 'spark.scheduler.minRegisteredResourcesRatio',
    schema: decimal(0),
    default: '0.0',
    since: '1.1.1',
    meaning: 'Part of spark.cores.max that must be registered before the first task',
  }),
  maxRegisteredResourcesWaitingMs: withDefault({
    name: 'spark.scheduler.maxRegisteredResourcesWaitingTime',
    schema: duration('ms'),
    default: '30s',
    unit: 'ms',
    since: '1.1.1',
    meaning: 'How long the first task waits for that part at most',
  }),
  taskCpus: withDefault({
    name: 'spark.task.cpus',
    schema: cores(0.001),
    default: '1',
    unit: 'cores',
    since: '0.5.0',
    meaning: 'Cores of each task, to three decimals; Spark takes fractions from 4.3 on',
  }),
  defaultParallelism: optional({
    name: 'spark.default.parallelism',
    schema: integer(1),
    since: '0.5.0',
    meaning: 'Partitions where a job names none; 8 in fine mode where it is unset',
  }),
  networkTimeoutMs: withDefault({
    name: 'spark.network.timeout',
    schema: duration('s'),
    default: '120s',
    unit: 's',
    since: '1.3.0',
    meaning: 'How long a silent peer is waited for; in milliseconds within, a number alone is seconds',
  }),
  executorHeartbeatIntervalMs: withDefault({
    name: 'spark.executor.heartbeatInterval',
    schema: duration('ms'),
    default: '10s',
    unit: 'ms',
    since: '1.1.0',
    meaning: 'How often a driver tells the shuffle services of Mesos that it lives',
  }),
} as const;
