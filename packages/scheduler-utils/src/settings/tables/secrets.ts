import { withDefault } from '../definition.ts';
import { list } from '../value-schemas.ts';

/** Secrets that Mesos brings into the containers of executors and drivers. */
export const SECRETS = {
  executorSecretNames: withDefault({
    name: 'spark.mesos.executor.secret.names',
    schema: list,
    default: '',
    since: '2.3.0',
    meaning: 'Names of secrets in the secret store of the cluster, with commas between',
  }),
  executorSecretValues: withDefault({
    name: 'spark.mesos.executor.secret.values',
    schema: list,
    default: '',
    since: '2.3.0',
    secret: true,
    meaning: 'Secrets themselves, with commas between, instead of names',
  }),
  executorSecretVariables: withDefault({
    name: 'spark.mesos.executor.secret.envkeys',
    schema: list,
    default: '',
    since: '2.3.0',
    meaning: 'The environment variables that carry them to executors, one for each',
  }),
  executorSecretFiles: withDefault({
    name: 'spark.mesos.executor.secret.filenames',
    schema: list,
    default: '',
    since: '2.3.0',
    meaning: 'The files that carry them to executors, one for each: in the sandbox, or with a whole path',
  }),
  driverSecretNames: withDefault({
    name: 'spark.mesos.driver.secret.names',
    schema: list,
    default: '',
    since: '2.3.0',
    meaning: 'The same as for executors, for the driver in cluster mode',
  }),
  driverSecretValues: withDefault({
    name: 'spark.mesos.driver.secret.values',
    schema: list,
    default: '',
    since: '2.3.0',
    secret: true,
    meaning: 'The same as for executors, for the driver in cluster mode',
  }),
  driverSecretVariables: withDefault({
    name: 'spark.mesos.driver.secret.envkeys',
    schema: list,
    default: '',
    since: '2.3.0',
    meaning: 'The same as for executors, for the driver in cluster mode',
  }),
  driverSecretFiles: withDefault({
    name: 'spark.mesos.driver.secret.filenames',
    schema: list,
    default: '',
    since: '2.3.0',
    meaning: 'The same as for executors, for the driver in cluster mode',
  }),
} as const;
