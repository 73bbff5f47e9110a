import { optional, withDefault } from '../definition.ts';
import { duration, flag, integer, text } from '../value-schemas.ts';
import { OURS } from './since.ts';

/** The external shuffle service, and how drivers use it. */
export const SHUFFLE = {
  shuffleServiceEnabled: withDefault({
    name: 'spark.shuffle.service.enabled',
    schema: flag,
    default: 'false',
    since: '1.2.0',
    meaning: 'Whether executors leave their shuffle files to the service of their agent',
  }),
  shuffleServicePort: withDefault({
    name: 'spark.shuffle.service.port',
    schema: integer(0, 65_535),
    default: '7337',
    since: '1.2.0',
    meaning: 'Port of the service, the same on all agents',
  }),
  shuffleCleanerIntervalMs: withDefault({
    name: 'spark.shuffle.cleaner.interval',
    schema: duration('s'),
    default: '30s',
    unit: 's',
    since: '2.0.0',
    meaning: 'How often the service looks for applications that are gone; in milliseconds within',
  }),
  blockManagerHeartbeatTimeoutMs: optional({
    name: 'spark.storage.blockManagerHeartbeatTimeoutMs',
    schema: duration('ms'),
    unit: 'ms',
    since: '3.1.0',
    aliases: ['spark.storage.blockManagerSlaveTimeoutMs'],
    fallback: 'spark.network.timeout',
    meaning: 'How long a silent driver counts as alive with the service',
  }),
  shuffleRegistrationTimeoutMs: withDefault({
    name: 'spark.shuffle.registration.timeout',
    schema: duration('ms'),
    default: '5000',
    unit: 'ms',
    since: '2.3.0',
    meaning: 'How long to wait for the answer of the service to a registration',
  }),
  localDirs: withDefault({
    name: 'spark.local.dir',
    schema: text,
    default: '/tmp',
    since: '0.5.0',
    meaning:
      'Where executors keep shuffle files if they leave them to the service, and the service looks for them; ' +
      'SPARK_LOCAL_DIRS on an agent goes before it',
  }),
  shuffleServiceSecret: optional({
    name: 'spark.mesos.shuffle.service.secret',
    schema: text,
    since: OURS,
    secret: true,
    environmentVariable: 'SPARK_MESOS_SHUFFLE_SERVICE_SECRET',
    meaning:
      'Secret of the services, by which each application’s own spark.authenticate.secret is handed to them. Unset: ' +
      'theirs is the application’s. Drivers tell their settings to their executors: set it for the gateway alone',
  }),
  shuffleServiceSecretFile: optional({
    name: 'spark.mesos.shuffle.service.secret.file',
    schema: text,
    since: OURS,
    environmentVariable: 'SPARK_MESOS_SHUFFLE_SERVICE_SECRET_FILE',
    meaning: 'File that holds it',
  }),
  shuffleServiceMaster: optional({
    name: 'spark.mesos.shuffle.service.master',
    schema: text,
    since: OURS,
    meaning:
      'Mesos master that the service asks, before files go for silence or age, whether the framework has ended: ' +
      'host:5050, several with commas between, or zk://…',
  }),
  shuffleServiceGraceMs: withDefault({
    name: 'spark.mesos.shuffle.service.gracePeriod',
    schema: duration('s'),
    default: '0s',
    unit: 's',
    since: OURS,
    meaning: 'How long the service keeps files beyond the timeout of a silent driver',
  }),
  shuffleServiceOrphanAgeMs: withDefault({
    name: 'spark.mesos.shuffle.service.orphanAge',
    schema: duration('s'),
    default: '7d',
    unit: 's',
    since: OURS,
    meaning:
      'How long the service keeps files, unused, of applications that no driver has registered. 0: for ever',
  }),
  shuffleServiceUnknownDirectoryAgeMs: withDefault({
    name: 'spark.mesos.shuffle.service.unknownDirectoryAge',
    schema: duration('s'),
    default: '0',
    unit: 's',
    since: OURS,
    meaning:
      'How old, unchanged, local directories are that nobody has registered when the service deletes them. 0: never',
  }),
} as const;
