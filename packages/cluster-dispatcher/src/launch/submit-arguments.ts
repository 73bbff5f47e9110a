import type { SparkSettings } from '@spark-mesos/scheduler-utils';
import type { DriverResources } from '../model/submission.ts';
import type { SubmissionRequest } from '../model/submission-request.ts';
import { isWithheld } from '../settings.ts';
import { primaryResource, pythonFiles } from './fetched-files.ts';
import { isHidden, type PropertyEntry } from './hidden-properties.ts';

/** What a driver's spark-submit is told. */
export interface SubmitWords {
  readonly request: SubmissionRequest;
  readonly properties: Readonly<Record<string, string>>;
  readonly settings: SparkSettings;
  readonly resources: DriverResources;
  /** The gateway. */
  readonly masterUrl: string;
}

/** Properties that the driver in its task must not get: it is no cluster submission, and its master is the gateway. */
const EXCLUDED: ReadonlySet<string> = new Set(['spark.jars', 'spark.submit.deployMode', 'spark.master']);

/**
 * The properties that a driver is handed, by name. What is secret among them comes by {@link hiddenProperties}, and the rest on the
 * command line.
 */
function handedProperties(properties: Readonly<Record<string, string>>): PropertyEntry[] {
  return Object.entries(properties)
    .filter(([name]) => !EXCLUDED.has(name) && !isWithheld(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** The properties that must not stand on a command line (rule U24). */
export function hiddenProperties(properties: Readonly<Record<string, string>>): PropertyEntry[] {
  return handedProperties(properties).filter(isHidden);
}

/**
 * The arguments of spark-submit in the order of the original (rules D73, D74). Beside them the deploy mode is said,
 * since the agent's spark-defaults.conf may name another; and cores only where they are whole: Spark from 3.5.6 on
 * refuses all others, and in client mode they mean nothing.
 */
export function submitArguments({
  request,
  properties,
  settings,
  resources,
  masterUrl,
}: SubmitWords): string[] {
  const { cpus, heapMiB } = resources;
  const option = (name: string, value: string | undefined) => (value ? [name, value] : []);
  const conf = handedProperties(properties).filter((entry) => !isHidden(entry));
  return [
    ...['--name', applicationName(request, properties)],
    ...['--master', masterUrl],
    ...['--deploy-mode', 'client'],
    ...option('--driver-cores', Number.isInteger(cpus) ? String(cpus) : undefined),
    ...['--driver-memory', `${heapMiB}M`],
    ...option('--class', request.mainClass),
    ...option('--executor-memory', properties['spark.executor.memory']),
    ...option('--total-executor-cores', properties['spark.cores.max']),
    ...option('--py-files', pythonFiles(settings)),
    ...conf.flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
    primaryResource(request, settings),
    ...request.arguments,
  ];
}

/** `spark.app.name`, else the main class (rule D21). */
export function applicationName(
  { mainClass, appResource }: SubmissionRequest,
  properties: Readonly<Record<string, string>>,
): string {
  return properties['spark.app.name'] || mainClass || appResource;
}
