import type { ExecutorLaunch, ExecutorPlacement } from '@spark-mesos/coarse-backend';
import { mesos } from '@spark-mesos/mesos-proto';
import {
  archiveFolderPrefix,
  argvCommand,
  executorContainer,
  executorKillPolicy,
  executorUris,
  type SparkSettings,
  secretVariables,
} from '@spark-mesos/scheduler-utils';
import type { ApplicationDescription, ResourceProfile, SparkCommand } from '@spark-mesos/spark-rpc';
import type { Agents } from './agents.ts';
import { executorEnvironment } from './executor-environment.ts';
import { executorResources } from './executor-resources.ts';
import { scriptArguments } from './executor-script.ts';

/** What is the same for all executors of an application. */
export interface LaunchContext {
  readonly application: ApplicationDescription;
  readonly applicationId: string;
  readonly settings: SparkSettings;
  /** The Spark that executors run where neither settings nor environment name another. */
  readonly sparkHome: string;
  /** The version of the driver's Spark, as far as it is known. */
  readonly sparkVersion: string | undefined;
  /** What this cluster gives every executor; the application's own variables go before. */
  readonly baseEnvironment: ReadonlyMap<string, string>;
  /** What lets executors in with their driver; never shown. */
  readonly authentication: ReadonlyMap<string, string>;
  readonly agents: Pick<Agents, 'urlOf'>;
  /** A profile by its id, where the driver has described one. */
  readonly profileOf: (id: number) => ResourceProfile | undefined;
}

const { DOCKER } = mesos.v1.ContainerInfo.Type;

/**
 * The Mesos command of one executor: what a standalone worker would run (ExecutorRunner, CommandUtils and
 * WorkerCommandBuilder of Spark's deploy.worker) with what spark-class adds to it, in argv form, so that no shell reads
 * a value (rule C18).
 */
export function executorLaunch(context: LaunchContext, placement: ExecutorPlacement): ExecutorLaunch {
  const { application, settings } = context;
  const container = executorContainer(settings);
  const isDocker = container.type === DOCKER;
  const words = scriptArguments({
    ...scriptHomes(context),
    classPath: application.command.classPathEntries.join(':'),
    libraryPath: application.command.libraryPathEntries.join(':'),
    scratchInSandbox: !settings.shuffleServiceEnabled,
    resources: executorResources(context.profileOf(placement.profileId), placement.gpus),
    java: javaArguments(context, placement),
  });
  const command = argvCommand({
    program: '/bin/sh',
    programName: 'sh',
    arguments: words,
    environment: executorEnvironment(context, placement),
    uris: fetchedFiles(settings),
    ...(settings.executorUser === undefined ? {} : { user: settings.executorUser }),
  });
  const variables = [...(command.environment?.variables ?? []), ...secretVariables(settings)];
  return {
    name: `${application.name} ${placement.executorId}`,
    command: { ...(isDocker ? forDocker(command) : command), environment: { variables } },
    container: isDocker ? withShell(container) : container,
    killPolicy: executorKillPolicy(settings),
    healthCheck: settings.executorHealthCheck,
  };
}

function scriptHomes({ settings, sparkHome, sparkVersion }: LaunchContext) {
  return {
    ...(settings.executorUri === undefined
      ? {}
      : { fetchedFolder: archiveFolderPrefix(settings.executorUri) || './' }),
    ...(settings.executorImage === undefined ? {} : { fallbackHome: sparkHome }),
    ...(settings.executorVersionCheck && sparkVersion !== undefined ? { sparkVersion } : {}),
  };
}

/**
 * The daemon runs value and all arguments behind the image's name, where the agent itself takes the first argument for
 * the program's own name; and an entry point of the image would come before them. So the shell is the entry point, as
 * it was with the original's commands.
 */
function forDocker(command: mesos.v1.ICommandInfo): mesos.v1.ICommandInfo {
  const { value: _, arguments: words = [], ...rest } = command;
  return { ...rest, arguments: words?.slice(1) ?? [] };
}

function withShell(container: mesos.v1.IContainerInfo): mesos.v1.IContainerInfo {
  const { docker } = container;
  if (docker == null || docker.parameters?.some(({ key }) => key === 'entrypoint')) return container;
  const parameters = [{ key: 'entrypoint', value: '/bin/sh' }, ...(docker.parameters ?? [])];
  return { ...container, docker: { ...docker, parameters } };
}

/** Without the query in its name, or the fetcher would not unpack the package of Spark (rule U83). */
function fetchedFiles(settings: SparkSettings): mesos.v1.CommandInfo.IURI[] {
  const { executorUri } = settings;
  const [first, ...rest] = executorUris(settings);
  const end = executorUri?.search(/[?#]/) ?? -1;
  if (first === undefined || executorUri === undefined || end < 0) return executorUris(settings);
  const path = executorUri.slice(0, end);
  return [{ ...first, outputFile: path.slice(path.lastIndexOf('/') + 1) }, ...rest];
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
    ...withoutSecret(command.javaOpts).map((option) => replaceAll(option, ids)),
    ...portOptions(context.settings, placement),
    command.mainClass,
    ...programArguments(command, context, placement),
  ];
}

/** The first of the executor's own ports is for its blocks, which a network isolator lets through then (rule U44). */
function portOptions(settings: SparkSettings, { ports: [port] }: ExecutorPlacement): string[] {
  return port === undefined || settings.blockManagerPort !== 0 ? [] : [`-Dspark.blockManager.port=${port}`];
}

/** A command line is for everybody to read: executors find the secret in their environment. */
function withoutSecret(options: readonly string[]): readonly string[] {
  return options.filter((option) => !option.startsWith('-Dspark.authenticate.secret='));
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
  // With --worker-url, which is optional in every Spark, an executor would watch a worker of the standalone kind.
  const dropped = ['--worker-url'];
  // On a network of its own a container has another name than its agent, which it finds by itself (C14, SPARK-28778).
  if (context.settings.networkNames.length > 0) dropped.push('--hostname');
  return withoutOptions(command.arguments, dropped).map((argument) => values.get(argument) ?? argument);
}

function withoutOptions(words: readonly string[], names: readonly string[]): string[] {
  return words.filter((word, index) => !names.includes(word) && !names.includes(words[index - 1] ?? ''));
}

function replaceAll(text: string, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((replaced, [from, to]) => replaced.replaceAll(from, () => to), text);
}
