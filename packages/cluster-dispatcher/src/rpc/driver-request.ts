import type { DriverDescription } from '@spark-mesos/spark-rpc';
import type { SubmissionRequest } from '../model/submission-request.ts';

/** What stands before the user's own class; the standalone worker starts drivers through it, and ours are not. */
const WRAPPER_CLASS = 'org.apache.spark.deploy.worker.DriverWrapper';
/** Its first two arguments, which a worker fills in. */
const PLACEHOLDER = /^\{\{\w+\}\}$/;

const SPARK_OPTION = /^-D(spark\.[^=]+)=(.*)$/s;

/** Variables that mean something on the submitter's machine alone (org.apache.spark.deploy.rest.RestSubmissionClient). */
const LOCAL_VARIABLES = new Set(['SPARK_ENV_LOADED', 'SPARK_HOME', 'SPARK_CONF_DIR']);

/**
 * What `spark-submit --deploy-mode cluster` asks for over RPC, as it would have asked for it over REST. Its whole environment comes
 * along; what REST would not have sent is dropped here (rule D20c), since the submitter's PATH and keys are no business of a driver.
 */
export function submissionRequestOf(driver: DriverDescription): SubmissionRequest {
  const { command } = driver;
  const words = command.arguments.filter((word, index) => index > 1 || !PLACEHOLDER.test(word));
  const isWrapped = command.mainClass === WRAPPER_CLASS;
  const [mainClass = '', ...own] = isWrapped ? words : [command.mainClass, ...words];
  return {
    appResource: driver.jarUrl,
    mainClass,
    arguments: own,
    properties: propertiesOf(driver, mainClass),
    environment: Object.fromEntries([...command.environment].filter(([name]) => isSent(name))),
  };
}

function propertiesOf(driver: DriverDescription, mainClass: string): Record<string, string> {
  const { javaOpts, classPathEntries, libraryPathEntries } = driver.command;
  const properties = new Map<string, string>();
  const others: string[] = [];
  for (const option of javaOpts) {
    const [, name, value] = SPARK_OPTION.exec(option) ?? [];
    if (name === undefined || value === undefined) others.push(option);
    else properties.set(name, value);
  }
  // All of these came from properties, which are there as well; of others than spark-submit they may not be.
  const unlessThere = (name: string, value: string) => {
    if (value !== '' && !properties.has(name)) properties.set(name, value);
  };
  unlessThere('spark.app.name', mainClass);
  unlessThere('spark.driver.extraJavaOptions', others.join(' '));
  unlessThere('spark.driver.extraClassPath', classPathEntries.join(':'));
  unlessThere('spark.driver.extraLibraryPath', libraryPathEntries.join(':'));
  // These are said twice, and a master believes the description.
  properties.set('spark.driver.memory', `${driver.memoryMiB}m`);
  properties.set('spark.driver.cores', String(driver.cores));
  properties.set('spark.driver.supervise', String(driver.supervise));
  return Object.fromEntries(properties);
}

function isSent(name: string): boolean {
  return /^(SPARK|MESOS)_/.test(name) && !LOCAL_VARIABLES.has(name);
}
