import type { SparkSettings } from '@spark-mesos/scheduler-utils';
import type { DriverResources } from '../model/submission.ts';
import type { SubmissionRequest } from '../model/submission-request.ts';
import { isWithheld } from '../settings.ts';
import { fileName, primaryResource, pythonFiles } from './fetched-files.ts';
import { hiddenAmong, type PropertyEntry } from './hidden-properties.ts';

/** What a driver's spark-submit is told. */
export interface SubmitWords {
  readonly request: SubmissionRequest;
  readonly properties: Readonly<Record<string, string>>;
  readonly settings: SparkSettings;
  readonly resources: DriverResources;
  /** The gateway. */
  readonly masterUrl: string;
  readonly handed: HandedProperties;
}

/** Properties that the driver in its task must not get: it is no cluster submission, and its master is the gateway. */
const EXCLUDED: ReadonlySet<string> = new Set(['spark.jars', 'spark.submit.deployMode', 'spark.master']);

/** The properties that a driver is handed, by name. */
export interface HandedProperties {
  /** On the command line. */
  readonly shown: readonly PropertyEntry[];
  /** Those that must not stand there (rule U24). */
  readonly hidden: readonly PropertyEntry[];
}

/** Tells which properties a driver is handed, and how. */
export function handedProperties(properties: Readonly<Record<string, string>>): HandedProperties {
  const shown: PropertyEntry[] = [];
  const hidden: PropertyEntry[] = [];
  const isHidden = hiddenAmong(properties);
  const names = Object.keys(properties).sort();
  for (const name of names) {
    if (EXCLUDED.has(name) || isWithheld(name)) continue;
    const entry = [name, properties[name] ?? ''] as const;
    (isHidden(entry) ? hidden : shown).push(entry);
  }
  return { shown, hidden };
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
  handed,
}: SubmitWords): string[] {
  const { cpus, heapMiB } = resources;
  const option = (name: string, value: string | undefined) => (value ? [name, value] : []);
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
    ...handed.shown.flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
    primaryResource(request, settings),
    ...request.arguments,
  ];
}

/** `spark.app.name`, else the main class (rule D21), else the file; not its URI, which may hold a password. */
export function applicationName(
  { mainClass, appResource }: SubmissionRequest,
  properties: Readonly<Record<string, string>>,
): string {
  return properties['spark.app.name'] || mainClass || fileName(appResource);
}
