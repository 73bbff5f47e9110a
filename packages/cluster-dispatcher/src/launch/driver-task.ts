import { mesos } from '@spark-mesos/mesos-proto';
import {
  archiveFolderPrefix,
  argvCommand,
  type DispatcherSettings,
  driverContainer,
  driverSecretVariables,
  type ProgramLaunch,
} from '@spark-mesos/scheduler-utils';
import type { DriverPlan } from '../core/driver-plan.ts';
import type { SubmissionId } from '../model/ids.ts';
import type { Attempt } from '../model/submission.ts';
import type { SubmissionRequest } from '../model/submission-request.ts';
import type { DispatcherRules } from '../settings.ts';
import { effectiveProperties, readSettings } from './driver-request.ts';
import { driverScriptArguments, type SparkPlace } from './driver-script.ts';
import { missingSpark, sparkFor, type WantedSpark } from './driver-spark.ts';
import { driverUris } from './fetched-files.ts';
import { HIDDEN_PROPERTIES_VARIABLE, propertiesText } from './hidden-properties.ts';
import { type HandedProperties, handedProperties, submitArguments } from './submit-arguments.ts';

/** The attempt that a task is made for, as far as its master's address may depend on it. */
export interface LaunchedAttempt
  extends Pick<Attempt, 'number' | 'taskId' | 'driverFrameworkId' | 'agentId' | 'hostname'> {
  readonly submissionId: SubmissionId;
}

/** The `spark://` address that the Spark of a driver takes as its master: that of a gateway. */
export type MasterUrlOf = (attempt: LaunchedAttempt) => string;

/** What a task is made of. */
export interface DriverLaunch {
  readonly request: SubmissionRequest;
  readonly properties: Readonly<Record<string, string>>;
  readonly settings: DispatcherSettings;
  readonly plan: Pick<DriverPlan, 'name' | 'resources'>;
  readonly attempt: LaunchedAttempt;
  readonly taken: readonly mesos.v1.IResource[];
  readonly rules: DispatcherRules;
  readonly masterUrl: string;
}

const { DOCKER } = mesos.v1.ContainerInfo.Type;

/** The Mesos task of one attempt (rules D62, D70 to D74). Throws a ConfigError for what no program can be given. */
export function driverTask(launch: DriverLaunch): mesos.v1.ITaskInfo {
  const { settings, attempt, plan, rules, request } = launch;
  const container = driverContainer(settings);
  const named = argvCommand({ ...driverProgram(launch), uris: driverUris(request, settings, rules) });
  const secrets = driverSecretVariables(settings);
  const variables = [...(named.environment?.variables ?? []), ...secrets];
  const command = { ...named, environment: { variables } };
  return {
    name: `Driver for ${plan.name}`,
    taskId: { value: attempt.taskId },
    agentId: { value: attempt.agentId },
    resources: [...launch.taken],
    command: container.type === DOCKER ? forDocker(command) : command,
    container: container.type === DOCKER ? withShell(container) : container,
    labels: settings.driverLabels,
    ...killPolicy(settings.driverKillGraceMs),
  };
}

/** What of a task is made of the words of its request: its program with arguments and variables. */
export function driverProgram(launch: Omit<DriverLaunch, 'taken'>): ProgramLaunch {
  const { settings, plan, rules } = launch;
  const handed = handedProperties(launch.properties);
  const spark = sparkPlace(settings, rules, launch.request);
  const libraryPath = spark.kind === 'fetched' ? [rules.libraryPath, settings.driverLibraryPath] : [];
  return {
    program: '/bin/sh',
    programName: 'sh',
    arguments: driverScriptArguments({
      spark,
      libraryPath: libraryPath.filter((path) => path).join(':'),
      sparkSubmit: submitArguments({ ...launch, resources: plan.resources, handed }),
    }),
    environment: driverEnvironment(launch, handed),
  };
}

/** Where the driver's Spark is (rule D72); its kind is `home` with an empty text where nothing says. */
export function sparkPlace(
  settings: DispatcherSettings,
  { sparkHome, sparks }: DispatcherRules,
  request: WantedSpark = {},
): SparkPlace {
  const home = settings.executorHome ?? sparkFor(sparks, request)?.home ?? sparkHome ?? '';
  if ((settings.driverImage ?? settings.executorImage) !== undefined) return { kind: 'image', text: home };
  return settings.executorUri === undefined
    ? { kind: 'home', text: home }
    : { kind: 'fetched', text: archiveFolderPrefix(settings.executorUri) };
}

/** What a submission waits for whose own Spark is gone; undefined where that, or what its properties name, is there. */
export function missingSparkOf(request: SubmissionRequest, rules: DispatcherRules): string | undefined {
  const missing = missingSpark(rules.sparks, request);
  if (missing === undefined) return undefined;
  const parsed = readSettings(request, effectiveProperties(request, rules));
  return parsed.ok && namesSpark(parsed.settings) ? undefined : missing;
}

/** Whether a submission says itself where its Spark is. */
export function namesSpark(settings: DispatcherSettings): boolean {
  const { executorHome, executorUri, driverImage, executorImage } = settings;
  return (executorHome ?? executorUri ?? driverImage ?? executorImage) !== undefined;
}

/**
 * The variables of a driver (rule D70): the request's go before those of `spark.mesos.driverEnv.*`. Of its Spark the
 * framework id is a property of the system and no setting, so that no checkpoint keeps it (SPARK-22145).
 */
function driverEnvironment(
  { request, settings, attempt }: Omit<DriverLaunch, 'taken'>,
  { hidden }: HandedProperties,
): Map<string, string> {
  const { SPARK_SUBMIT_OPTS: options, ...others } = request.environment;
  const own = `-Dspark.mesos.driver.frameworkId=${attempt.driverFrameworkId}`;
  return new Map([
    ...settings.driverEnvironment,
    ['SPARK_SUBMIT_OPTS', options ? `${options} ${own}` : own],
    ...Object.entries(others),
    ...(hidden.length === 0 ? [] : ([[HIDDEN_PROPERTIES_VARIABLE, propertiesText(hidden)]] as const)),
  ]);
}

/** Seconds of grace for a kill, as Mesos has it; nothing where the agent's own holds. */
export function killPolicy(graceMs: number | undefined): { killPolicy?: mesos.v1.IKillPolicy } {
  return graceMs === undefined ? {} : { killPolicy: { gracePeriod: { nanoseconds: graceMs * 1e6 } } };
}

/**
 * The daemon runs all arguments behind the image's name, where the agent itself takes the first for the program's own
 * name; and an entry point of the image would come before them. So the shell is the entry point.
 */
function forDocker(command: mesos.v1.ICommandInfo): mesos.v1.ICommandInfo {
  const { value: _, arguments: words, ...rest } = command;
  return { ...rest, arguments: words?.slice(1) ?? [] };
}

function withShell(container: mesos.v1.IContainerInfo): mesos.v1.IContainerInfo {
  const { docker } = container;
  if (docker == null || docker.parameters?.some(({ key }) => key === 'entrypoint')) return container;
  const parameters = [{ key: 'entrypoint', value: '/bin/sh' }, ...(docker.parameters ?? [])];
  return { ...container, docker: { ...docker, parameters } };
}
