import type { ExecutorPlacement } from '@spark-mesos/coarse-backend';
import type { LaunchContext } from './executor-launch.ts';

/** A word of a command line: the same for all executors, or made for each. */
export type Word = string | ((placement: ExecutorPlacement) => string);

/** What stands in a command for the ids. */
const APP_ID = '{{APP_ID}}';
const EXECUTOR_ID = '{{EXECUTOR_ID}}';

/** The text of words as far as it is the same for all. */
export function sharedText(words: readonly Word[]): string[] {
  return words.map((word) => (typeof word === 'string' ? word : ''));
}

/** Makes the words of one executor after another. */
export type WordMaker = (placement: ExecutorPlacement) => string[];

/** Copies what is shared, and puts in what is not. */
export function wordMaker(words: readonly Word[]): WordMaker {
  const shared = sharedText(words);
  const own = words.flatMap((word, index) => (typeof word === 'string' ? [] : [{ index, make: word }]));
  return (placement) => {
    const made = shared.slice();
    for (const { index, make } of own) made[index] = make(placement);
    return made;
  };
}

/**
 * The JVM's arguments behind its class path; `withPort` for executors that have a port of their own.
 *
 * The first of an executor's own ports is for its blocks, which a network isolator lets through then (rule U44).
 */
export function javaWords(context: LaunchContext, withPort: boolean): Word[] {
  const { application, applicationId, settings } = context;
  const { command } = application;
  const ports: Word[] = [({ ports: [port] }) => `-Dspark.blockManager.port=${port}`];
  return [
    ({ memoryMiB }) => `-Xmx${memoryMiB}M`,
    ...withoutSecret(command.javaOpts).map((option) => optionWord(option, applicationId)),
    ...(withPort && settings.blockManagerPort === 0 ? ports : []),
    command.mainClass,
    ...programWords(context).map((word) => argumentWord(word, applicationId)),
  ];
}

/** Inside an option the ids may stand anywhere (Utils.substituteAppNExecIds), e.g. in a log file's name. */
function optionWord(option: string, applicationId: string): Word {
  const known = option.replaceAll(APP_ID, () => applicationId);
  return known.includes(EXECUTOR_ID)
    ? ({ executorId }) => known.replaceAll(EXECUTOR_ID, String(executorId))
    : known;
}

/** Arguments are replaced only as a whole (ExecutorRunner.substituteVariables). */
function argumentWord(argument: string, applicationId: string): Word {
  switch (argument) {
    case APP_ID:
      return applicationId;
    case EXECUTOR_ID:
      return ({ executorId }) => String(executorId);
    case '{{HOSTNAME}}':
      return ({ hostname }) => hostname;
    case '{{CORES}}':
      return ({ advertisedCores }) => String(advertisedCores);
    case '{{RESOURCE_PROFILE_ID}}':
      return ({ profileId }) => String(profileId);
    default:
      return argument;
  }
}

/** A command line is for everybody to read: executors find the secret in their environment. */
function withoutSecret(options: readonly string[]): readonly string[] {
  return options.filter((option) => !option.startsWith('-Dspark.authenticate.secret='));
}

function programWords({ application: { command }, settings, driverUrl }: LaunchContext): string[] {
  // With --worker-url, which is optional in every Spark, an executor would watch a worker of the standalone kind.
  const dropped = ['--worker-url'];
  // On a network of its own a container has another name than its agent, which it finds by itself (C14, SPARK-28778).
  if (settings.networkNames.length > 0) dropped.push('--hostname');
  const words = withoutOptions(command.arguments, dropped);
  if (driverUrl === undefined) return words;
  return words.map((word, index) => (words[index - 1] === '--driver-url' ? driverUrl : word));
}

function withoutOptions(words: readonly string[], names: readonly string[]): string[] {
  return words.filter((word, index) => !names.includes(word) && !names.includes(words[index - 1] ?? ''));
}
