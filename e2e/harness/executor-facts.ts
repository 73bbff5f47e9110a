import { join } from 'node:path';
import { ROOT } from './sparks.ts';

/** What an executor told of itself. */
export interface ExecutorFacts {
  /** The command line of its JVM. */
  readonly words: readonly string[];
  /** Those variables that were asked for and are set. */
  readonly environment: Readonly<Record<string, string>>;
  /** Addresses of GPUs and the like, by name. */
  readonly resources: Readonly<Record<string, readonly string[]>>;
}

/** The program that lets executors tell what they are, with its arguments. */
export function factsProgram(partitions: number, ...variables: readonly string[]): string[] {
  return [pythonProgram('executor_facts'), String(partitions), ...variables];
}

/** A Python program of the tests. */
export function pythonProgram(name: string): string {
  return join(ROOT, 'e2e', 'programs', `${name}.py`);
}

/** What they told, one for each partition. */
export function factsIn(standardOutput: string): ExecutorFacts[] {
  return standardOutput
    .split('\n')
    .filter((line) => line.startsWith('FACTS '))
    .map((line) => JSON.parse(line.slice('FACTS '.length)) as ExecutorFacts);
}

/** `--conf` words of settings. */
export function confWords(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
}
