import type { JsonObject } from '@spark-mesos/mesos-proto';

/** What an executor's command comes to, whether a shell's text says it or words. */
export interface CommandMeaning {
  readonly mainClass: string;
  /** The program's own options by their names. */
  readonly options: Readonly<Record<string, string>>;
  /** Where Spark is on the agent, or how the folder of the fetched package begins. */
  readonly home: string;
  readonly classPath: string;
  readonly libraryPath: string;
  readonly heap: string;
  /** Each with `true`, since their order says nothing. */
  readonly javaOptions: Readonly<Record<string, true>>;
  readonly uris: readonly unknown[];
  readonly environment: Readonly<Record<string, unknown>>;
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly secret?: unknown;
}

interface CommandJson {
  readonly value?: string;
  readonly arguments?: readonly string[];
  readonly uris?: readonly object[];
  readonly environment?: { readonly variables?: readonly Variable[] };
}

/** A task with its command replaced by what it means. */
export function withMeaning(task: JsonObject, read: (command: CommandJson) => CommandMeaning): JsonObject {
  return { ...task, command: read(task.command as CommandJson) as unknown as JsonObject };
}

/**
 * The original's: a line for a shell, and variables that Spark's `spark-class` reads (rules C10 to C15).
 *
 *     [cd FOLDER*;] [LD_LIBRARY_PATH="PATH:$LD_LIBRARY_PATH"] ["HOME/]./bin/spark-class["] CLASS OPTIONS
 */
export function originalMeaning(command: CommandJson): CommandMeaning {
  const line =
    /^(?:cd (\S+);)?\s*(?:LD_LIBRARY_PATH="(.*):\$LD_LIBRARY_PATH")?\s*(?:"(.*)\/\.\/bin\/spark-class"|\.\/bin\/spark-class) (\S+) (.*)$/;
  const [, folder, libraryPath = '', home, mainClass = '', options = ''] =
    line.exec(command.value ?? '') ?? [];
  const {
    SPARK_EXECUTOR_OPTS: javaOptions,
    SPARK_EXECUTOR_CLASSPATH: classPath,
    ...environment
  } = variables(command);
  return {
    mainClass,
    options: optionsOf(options.split(' ')),
    home: folder ?? home ?? '',
    classPath: String(classPath ?? ''),
    libraryPath,
    heap: String(environment.SPARK_EXECUTOR_MEMORY).toUpperCase(),
    javaOptions: named(String(javaOptions).split(' ')),
    uris: command.uris ?? [],
    environment,
  };
}

/** Ours: the words of executor-script.ts. */
export function ourMeaning(command: CommandJson): CommandMeaning {
  const words = command.arguments ?? [];
  const told = words.slice(words.indexOf('-c') + 4);
  const [folder = '', _version, _fallback, classPath = '', libraryPath = '', _scratch, _resources, ...java] =
    told;
  const mainClass = java.findIndex((word) => !word.startsWith('-'));
  const { SPARK_HOME: home, ...environment } = variables(command);
  return {
    mainClass: java[mainClass] ?? '',
    options: optionsOf(java.slice(mainClass + 1)),
    home: folder === '' ? String(home ?? '') : `${folder}*`,
    classPath,
    libraryPath,
    heap: java[0]?.replace('-Xmx', '') ?? '',
    javaOptions: named(java.slice(1, mainClass)),
    uris: command.uris ?? [],
    environment,
  };
}

function variables(command: CommandJson): Record<string, unknown> {
  const list = command.environment?.variables ?? [];
  return Object.fromEntries(list.map(({ name, value, secret }) => [name, value ?? secret]));
}

function named(options: readonly string[]): Record<string, true> {
  return Object.fromEntries(options.map((option) => [option, true]));
}

function optionsOf(words: readonly string[]): Record<string, string> {
  const pairs = words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1] ?? '']] : []));
  return Object.fromEntries(pairs);
}
