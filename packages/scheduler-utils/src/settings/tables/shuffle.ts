import { optional, withDefault } from '../definition.ts';
import { duration, flag, integer } from '../value-schemas.ts';

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
} as const;
