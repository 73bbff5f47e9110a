import type { ExecutorLaunch, ExecutorPlacement } from '@spark-mesos/coarse-backend';
import {
  archiveFolderPrefix,
  argvCommand,
  fetcherUris,
  type SparkSettings,
} from '@spark-mesos/scheduler-utils';
import type { ApplicationDescription, SparkCommand } from '@spark-mesos/spark-rpc';
import { EXECUTOR_SCRIPT } from './executor-script.ts';

/** What is the same for all executors of an application. */
export interface LaunchContext {
  readonly application: ApplicationDescription;
  readonly applicationId: string;
  readonly settings: SparkSettings;
  /** The Spark that executors run where neither settings nor environment name another. */
  readonly sparkHome: string;
  /** What this cluster gives every executor; the application's own variables go before. */
  readonly baseEnvironment: ReadonlyMap<string, string>;
}

/**
 * The Mesos command of one executor: what a standalone worker would run (ExecutorRunner, CommandUtils and
 * WorkerCommandBuilder of Spark's deploy.worker), in argv form, so that no shell reads a value.
 */
export function executorLaunch(context: LaunchContext, placement: ExecutorPlacement): ExecutorLaunch {
  const { application, settings } = context;
  const { command } = application;
  const prefix = settings.executorUri === undefined ? '' : archiveFolderPrefix(settings.executorUri);
  return {
    name: `${application.name} ${placement.executorId}`,
    command: argvCommand({
      program: '/bin/sh',
      programName: 'sh',
      arguments: [
        '-c',
        EXECUTOR_SCRIPT,
        'spark-executor',
        prefix,
        command.classPathEntries.join(':'),
        ...javaArguments(context, placement),
      ],
      environment: executorEnvironment(context),
      uris: fetcherUris({
        executorUri: settings.executorUri,
        uris: settings.uris,
        cache: settings.fetcherCache,
      }),
    }),
  };
}

/** The JVM's arguments behind its class path. */
function javaArguments(context: LaunchContext, placement: ExecutorPlacement): string[] {
  const { command } = context.application;
  const ids: readonly (readonly [string, string])[] = [
    ['{{APP_ID}}', context.applicationId],
    ['{{EXECUTOR_ID}}', String(placement.executorId)],
  ];
  return [
    `-Xmx${placement.memoryMiB}M`,
    // Inside an option the ids may stand anywhere (Utils.substituteAppNExecIds), e.g. in a log file's name.
    ...command.javaOpts.map((option) => replaceAll(option, ids)),
    command.mainClass,
    ...programArguments(command, context, placement),
  ];
}

/** Arguments are replaced only as a whole (ExecutorRunner.substituteVariables). */
function programArguments(
  command: SparkCommand,
  context: LaunchContext,
  placement: ExecutorPlacement,
): string[] {
  const values: ReadonlyMap<string, string> = new Map([
    ['{{APP_ID}}', context.applicationId],
    ['{{EXECUTOR_ID}}', String(placement.executorId)],
    ['{{HOSTNAME}}', placement.hostname],
    ['{{CORES}}', String(placement.advertisedCores)],
    ['{{RESOURCE_PROFILE_ID}}', String(placement.profileId)],
  ]);
  return withoutWorkerUrl(command.arguments).map((argument) => values.get(argument) ?? argument);
}

/**
 * Without `--worker-url`, which is optional in every Spark, an executor does not watch a worker of the standalone
 * kind: there is none, and Mesos watches it.
 */
function withoutWorkerUrl(words: readonly string[]): string[] {
  const at = words.indexOf('--worker-url');
  return at < 0 ? [...words] : [...words.slice(0, at), ...words.slice(at + 2)];
}

function executorEnvironment(context: LaunchContext): ReadonlyMap<string, string> {
  const { settings } = context;
  const { command } = context.application;
  const environment = new Map([...context.baseEnvironment, ...command.environment]);
  const libraries = [...command.libraryPathEntries, environment.get('LD_LIBRARY_PATH') ?? ''].filter(Boolean);
  if (libraries.length > 0) environment.set('LD_LIBRARY_PATH', libraries.join(':'));
  if (settings.executorUri !== undefined) {
    // The package's own place is known only when it has been fetched; the script sets it.
    environment.delete('SPARK_HOME');
  } else {
    const named = settings.executorHome ?? command.environment.get('SPARK_HOME');
    environment.set('SPARK_HOME', named ?? context.sparkHome);
  }
  return environment;
}

function replaceAll(text: string, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((replaced, [from, to]) => replaced.replaceAll(from, () => to), text);
}
