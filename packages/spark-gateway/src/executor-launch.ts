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
import { executorVariables } from './executor-environment.ts';
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

/** What stands in a command for the ids. */
const APP_ID = '{{APP_ID}}';
const EXECUTOR_ID = '{{EXECUTOR_ID}}';

const { DOCKER } = mesos.v1.ContainerInfo.Type;

/** Says how to start an executor in its place. */
export type ExecutorLauncher = (placement: ExecutorPlacement) => ExecutorLaunch;

/**
 * The Mesos command of each executor: what a standalone worker would run (ExecutorRunner, CommandUtils and
 * WorkerCommandBuilder of Spark's deploy.worker) with what spark-class adds to it, in argv form, so that no shell reads
 * a value (rule C18).
 *
 * What all executors share is made once, and their tasks share it: thousands may be launched in one go.
 */
export function executorLauncher(context: LaunchContext): ExecutorLauncher {
  const { application, settings } = context;
  const container = executorContainer(settings);
  const isDocker = container.type === DOCKER;
  const told = {
    ...scriptHomes(context),
    classPath: application.command.classPathEntries.join(':'),
    libraryPath: application.command.libraryPathEntries.join(':'),
    scratchInSandbox: !settings.shuffleServiceEnabled,
  };
  const program = { program: '/bin/sh', programName: 'sh', uris: fetchedFiles(settings) };
  const user = settings.executorUser === undefined ? {} : { user: settings.executorUser };
  const javaArguments = javaArgumentsOf(context);
  const variables = executorVariables(context, secretVariables(settings));
  const shared = {
    container: isDocker ? withShell(container) : container,
    killPolicy: executorKillPolicy(settings),
    healthCheck: settings.executorHealthCheck,
  };
  return (placement) => {
    const resources = executorResources(context.profileOf(placement.profileId), placement.gpus);
    const words = scriptArguments({ ...told, resources, java: javaArguments(placement) });
    const command = argvCommand({ ...program, ...user, arguments: words });
    command.environment = { variables: variables(placement) };
    return {
      name: `${application.name} ${placement.executorId}`,
      command: isDocker ? forDocker(command) : command,
      ...shared,
    };
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
function javaArgumentsOf(context: LaunchContext): (placement: ExecutorPlacement) => string[] {
  const { application, applicationId, settings } = context;
  const { command } = application;
  // Inside an option the ids may stand anywhere (Utils.substituteAppNExecIds), e.g. in a log file's name.
  const options = withoutSecret(command.javaOpts).map((option) =>
    option.replaceAll(APP_ID, () => applicationId),
  );
  const isNumbered = options.some((option) => option.includes(EXECUTOR_ID));
  const words = programWords(command, settings);
  return (placement) => [
    `-Xmx${placement.memoryMiB}M`,
    ...(isNumbered ? options.map((option) => withNumber(option, placement)) : options),
    ...portOptions(settings, placement),
    command.mainClass,
    // Arguments are replaced only as a whole (ExecutorRunner.substituteVariables).
    ...words.map((word) => (word.startsWith('{{') ? argumentFor(word, applicationId, placement) : word)),
  ];
}

function withNumber(option: string, { executorId }: ExecutorPlacement): string {
  return option.replaceAll(EXECUTOR_ID, String(executorId));
}

function argumentFor(word: string, applicationId: string, placement: ExecutorPlacement): string {
  switch (word) {
    case APP_ID:
      return applicationId;
    case EXECUTOR_ID:
      return String(placement.executorId);
    case '{{HOSTNAME}}':
      return placement.hostname;
    case '{{CORES}}':
      return String(placement.advertisedCores);
    case '{{RESOURCE_PROFILE_ID}}':
      return String(placement.profileId);
    default:
      return word;
  }
}

/** The first of the executor's own ports is for its blocks, which a network isolator lets through then (rule U44). */
function portOptions(settings: SparkSettings, { ports: [port] }: ExecutorPlacement): string[] {
  return port === undefined || settings.blockManagerPort !== 0 ? [] : [`-Dspark.blockManager.port=${port}`];
}

/** A command line is for everybody to read: executors find the secret in their environment. */
function withoutSecret(options: readonly string[]): readonly string[] {
  return options.filter((option) => !option.startsWith('-Dspark.authenticate.secret='));
}

function programWords(command: SparkCommand, settings: SparkSettings): string[] {
  // With --worker-url, which is optional in every Spark, an executor would watch a worker of the standalone kind.
  const dropped = ['--worker-url'];
  // On a network of its own a container has another name than its agent, which it finds by itself (C14, SPARK-28778).
  if (settings.networkNames.length > 0) dropped.push('--hostname');
  return withoutOptions(command.arguments, dropped);
}

function withoutOptions(words: readonly string[], names: readonly string[]): string[] {
  return words.filter((word, index) => !names.includes(word) && !names.includes(words[index - 1] ?? ''));
}
