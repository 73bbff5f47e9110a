import { optional, withDefault } from '../definition.ts';
import { capabilities, decimal, duration, flag, role, roles, text } from '../value-schemas.ts';
import { OURS } from './since.ts';

/** How a framework registers with a master. */
export const FRAMEWORK = {
  role: optional({
    name: 'spark.mesos.role',
    schema: role,
    since: '1.5.0',
    meaning: 'Role of the framework, which decides what it is offered. Unset: *',
  }),
  roles: withDefault({
    name: 'spark.mesos.roles',
    schema: roles,
    default: '',
    since: OURS,
    meaning: 'Several roles at once, with commas between, instead of spark.mesos.role',
  }),
  capabilities: withDefault({
    name: 'spark.mesos.capabilities',
    schema: capabilities,
    default: 'PARTITION_AWARE,TASK_KILLING_STATE',
    since: OURS,
    meaning:
      'What else the framework says that it understands, with commas between: PARTITION_AWARE, ' +
      'TASK_KILLING_STATE, RESERVATION_REFINEMENT, REVOCABLE_RESOURCES, SHARED_RESOURCES, REGION_AWARE; or none',
  }),
  principal: optional({
    name: 'spark.mesos.principal',
    schema: text,
    since: '1.5.0',
    environmentVariable: 'SPARK_MESOS_PRINCIPAL',
    meaning: 'Name under which the framework authenticates itself with the master',
  }),
  principalFile: optional({
    name: 'spark.mesos.principal.file',
    schema: text,
    since: '2.4.0',
    environmentVariable: 'SPARK_MESOS_PRINCIPAL_FILE',
    meaning: 'File that holds the principal',
  }),
  secret: optional({
    name: 'spark.mesos.secret',
    schema: text,
    since: '1.5.0',
    secret: true,
    environmentVariable: 'SPARK_MESOS_SECRET',
    meaning: 'Secret that goes with the principal',
  }),
  secretFile: optional({
    name: 'spark.mesos.secret.file',
    schema: text,
    since: '2.4.0',
    environmentVariable: 'SPARK_MESOS_SECRET_FILE',
    meaning: 'File that holds the secret',
  }),
  credentialFilesKeepLineEnd: withDefault({
    name: 'spark.mesos.credentialFiles.keepLineEnd',
    schema: flag,
    default: 'false',
    since: OURS,
    meaning: 'Whether a line end at the end of these files is part of the value, as it was in the original',
  }),
  driverWebuiUrl: optional({
    name: 'spark.mesos.driver.webui.url',
    schema: text,
    since: '2.0.0',
    meaning: 'Address of the web page that Mesos shows for the framework. Unset: that of the driver',
  }),
  driverFailoverTimeoutSeconds: withDefault({
    name: 'spark.mesos.driver.failoverTimeout',
    schema: decimal(0),
    default: '0.0',
    unit: 's',
    since: '2.3.0',
    meaning: 'How long Mesos keeps the executors when the connection to the framework is lost',
  }),
  driverFrameworkId: optional({
    name: 'spark.mesos.driver.frameworkId',
    schema: text,
    since: '2.1.0',
    meaning: 'Framework id to use instead of one that the master gives',
  }),
  checkpoint: withDefault({
    name: 'spark.mesos.checkpoint',
    schema: flag,
    default: 'false',
    since: OURS,
    meaning: 'Whether executors survive a restart of their agent process',
  }),
  registrationTimeoutMs: withDefault({
    name: 'spark.mesos.registrationTimeout',
    schema: duration('ms'),
    default: '15s',
    unit: 'ms',
    since: OURS,
    meaning: 'How long to try to register with a master before giving up',
  }),
} as const;
