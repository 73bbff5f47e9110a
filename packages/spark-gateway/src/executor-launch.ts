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
import type { ApplicationDescription, ResourceProfile } from '@spark-mesos/spark-rpc';
import type { Agents } from './agents.ts';
import { executorVariables } from './executor-environment.ts';
import { executorResources } from './executor-resources.ts';
import { scriptArguments } from './executor-script.ts';
import { javaWords, sharedText, type Word, type WordMaker, wordMaker } from './executor-words.ts';

/** What is the same for all executors of an application. */
export interface LaunchContext {
  readonly application: ApplicationDescription;
  readonly applicationId: string;
  /** Where executors find their driver, if not where it says itself. */
  readonly driverUrl?: string | undefined;
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
  const variables = executorVariables(context, secretVariables(settings));
  const words = scriptWords(context);
  const named = argvCommand({
    program: '/bin/sh',
    programName: 'sh',
    arguments: sharedText([...words, ...javaWords(context, true)]),
    uris: fetchedFiles(settings),
    ...(settings.executorUser === undefined ? {} : { user: settings.executorUser }),
  });
  const command = isDocker ? forDocker(named) : named;
  const [withoutPort, withPort] = [false, true].map((has) => {
    const all = [...words, ...javaWords(context, has)];
    return wordMaker(isDocker ? all : ['sh', ...all]);
  }) as [WordMaker, WordMaker];
  const shared = {
    container: isDocker ? withShell(container) : container,
    killPolicy: executorKillPolicy(settings),
    healthCheck: settings.executorHealthCheck,
  };
  return (placement) => ({
    name: `${application.name} ${placement.executorId}`,
    command: {
      ...command,
      arguments: placement.ports.length === 0 ? withoutPort(placement) : withPort(placement),
      environment: { variables: variables(placement) },
    },
    ...shared,
  });
}

/** What the script is told; of it only the resources are each executor's own, and those come last. */
function scriptWords(context: LaunchContext): Word[] {
  const { application, settings, profileOf } = context;
  const words = scriptArguments({
    ...scriptHomes(context),
    classPath: application.command.classPathEntries.join(':'),
    libraryPath: application.command.libraryPathEntries.join(':'),
    ...(settings.shuffleServiceEnabled ? { keptFiles: settings.localDirs } : {}),
    java: [],
  });
  const resources: Word = ({ profileId, gpus }) => executorResources(profileOf(profileId), gpus);
  return [...words.slice(0, -1), resources];
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
