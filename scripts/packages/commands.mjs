// The commands of the packages, as they are installed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run, shellStatus } from '../support/run.mjs';
import { toolEnvironment } from '../support/workspace.mjs';

/** @typedef {import('./tarballs.mjs').Packed} Packed */

const PATIENCE_MS = 30_000;

/**
 * What is wrong with the commands of a package.
 * @param {Packed} packed
 * @param {import('../verify-packages.mjs').Surroundings} surroundings
 * @returns {Promise<string[]>}
 */
export async function commandProblems({ manifest }, { consumer }) {
  const found = [];
  for (const name of Object.keys(manifest.bin ?? {})) {
    const program = join(consumer, 'node_modules', '.bin', name);
    const ask = (/** @type {string} */ option) =>
      run(program, [option], { cwd: consumer, env: toolEnvironment() });
    const [help, version] = [await ask('--help'), await ask('--version')];
    if (help.status !== 0 || !help.output.includes(`Usage: ${name} `)) {
      found.push(`${name} --help ended with ${help.status}:\n${help.output}`);
    }
    if (version.status !== 0 || version.output !== `${manifest.version}\n`) {
      found.push(
        `${name} --version ended with ${version.status}, not with ${manifest.version}:\n${version.output}`,
      );
    }
    if (name === 'mesos-local') found.push(...(await clusterProblems(program, consumer)));
  }
  return found;
}

/**
 * Starts an embedded Mesos with one agent, asks its master how it is, and ends it.
 * @param {string} program
 * @param {string} cwd
 * @returns {Promise<string[]>}
 */
async function clusterProblems(program, cwd) {
  const child = spawn(program, ['--agents', '1', '--port', '0', '--log-json'], {
    cwd,
    env: toolEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const ended = once(child, 'close');
  let answer = 'nothing';
  for await (const line of createInterface({ input: child.stdout })) {
    const { master } = JSON.parse(line);
    // The console, with its files, comes from a package of its own.
    const [state, page] = await Promise.all([fetch(`${master}/state`), fetch(`${master}/`)]);
    await Promise.all([state.arrayBuffer(), page.arrayBuffer()]);
    answer = `${state.status} and ${page.status}`;
    child.kill('SIGTERM');
  }
  const [code, signal] = await ended;
  const status = shellStatus(code, signal);
  if (status === 0 && answer === '200 and 200' && errors === '') return [];
  return [`mesos-local --agents 1 answered ${answer}, and ended with ${status}:\n${errors}`];
}
