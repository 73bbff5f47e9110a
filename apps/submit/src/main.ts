#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { EXIT_CODES } from './exit-codes.ts';
import { submitErrorOf } from './failures.ts';
import { runRoot } from './root.ts';
import { writeStandardError, writeStandardOutput } from './standard-error.ts';

/** The first error that nobody caught lets the run end in order; a second one, or an end that hangs, does not. */
const crashed = new Promise<never>((_, reject) => {
  process.on('uncaughtException', (error) => {
    if (crashing) end(EXIT_CODES.internal);
    crashing = true;
    setTimeout(() => end(EXIT_CODES.internal), LONGEST_END_MS).unref();
    reject(error);
  });
});
let crashing = false;
const LONGEST_END_MS = 15_000;

/** Everything ends here: the only place that ends the process. */
async function main(): Promise<void> {
  const around = {
    environment: process.env,
    signals: process,
    onTerminal: isatty(0),
    crashed,
    version: ownVersion(),
    write: writeStandardOutput,
    writeError: writeStandardError,
  };
  try {
    end(await runRoot(process.argv.slice(2), around));
  } catch (error) {
    fail(error);
  }
}

function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

function fail(error: unknown): never {
  const { message, exitCode } = submitErrorOf(error);
  writeStandardError(`spark-mesos: ${message.replaceAll('\n', '\nspark-mesos: ')}\n`);
  if (exitCode === EXIT_CODES.internal && error instanceof Error) writeStandardError(`${error.stack}\n`);
  end(exitCode);
}

function end(status: number): never {
  process.exit(status);
}

await main();
