// Installs and builds this workspace, each only when something has changed since the last time.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StepError } from './progress.mjs';
import { run } from './run.mjs';

/** The folder of the workspace. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PNPM = 'pnpm@10.34.9';
const INSTALL_STAMP = join(ROOT, 'node_modules', '.spark-mesos-installed');

/** The environment in which the workspace's own tools find each other. */
export function toolEnvironment() {
  const path = [join(ROOT, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
}

function installFingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.versions.node} `);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) {
    hash.update(readFileSync(join(ROOT, name)));
  }
  return hash.digest('hex');
}

/** Whether the dependencies that are installed are those of the lockfile. */
export function isInstalled() {
  return existsSync(INSTALL_STAMP) && readFileSync(INSTALL_STAMP, 'utf8') === installFingerprint();
}

/**
 * Installs the dependencies as the lockfile says.
 * @param {{ report: (detail: string) => void }} display
 */
export async function install({ report }) {
  const programArguments = ['--yes', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'];
  const { status, output } = await run('npx', programArguments, {
    cwd: ROOT,
    env: { ...process.env, CI: 'true' },
    onLine: (line) => line.startsWith('npm warn') || report(line.slice(0, 70)),
  });
  if (status !== 0) {
    throw new StepError(`The dependencies could not be installed (exit ${status}):\n${lastLines(output)}`);
  }
  writeFileSync(INSTALL_STAMP, installFingerprint());
}

/** Builds every package whose sources have changed since it was built. */
export async function build() {
  const { status, output } = await run('turbo', ['run', 'build', '--output-logs=errors-only'], {
    cwd: ROOT,
    env: toolEnvironment(),
  });
  if (status !== 0) throw new StepError(`The build failed (exit ${status}):\n${lastLines(output, 60)}`);
}

const LINE_LENGTH = 300;

/**
 * The end of a long output.
 * @param {string} output
 * @param {number} [count]
 */
export function lastLines(output, count = 25) {
  const lines = output.trimEnd().split('\n').slice(-count);
  return lines
    .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line))
    .join('\n');
}
