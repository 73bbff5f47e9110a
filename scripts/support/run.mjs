// Child processes of the scripts.

import { spawn } from 'node:child_process';

/**
 * @typedef {object} RunResult
 * @property {number} status exit status as a shell gives it: 128 and the signal's number for a killed process,
 *   127 when there is no such program
 * @property {string} output what it wrote to standard output and standard error, as it came
 */

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {(line: string) => void} [onLine] told every line of output
 * @property {AbortSignal} [signal] ends the process
 */

/** Numbers of the signals that end our children in practice. */
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 };

/**
 * The exit status as a shell reports it.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
export function shellStatus(code, signal) {
  if (code !== null) return code;
  return 128 + (SIGNAL_NUMBERS[/** @type {keyof typeof SIGNAL_NUMBERS} */ (signal)] ?? 0);
}

/**
 * Runs a program to its end and keeps what it wrote.
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(program, programArguments, options = {}) {
  const { onLine = () => {}, ...spawnOptions } = options;
  return new Promise((resolve) => {
    const child = spawn(program, programArguments, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output += text;
        const lines = (rest + text).split(/[\r\n]+/);
        rest = lines.pop() ?? '';
        for (const line of lines) if (line !== '') onLine(line);
      });
    }
    child.on('error', (error) => resolve({ status: 127, output: `${program}: ${error.message}\n${output}` }));
    child.on('close', (code, signal) => resolve({ status: shellStatus(code, signal), output }));
  });
}

/**
 * Runs a program on this terminal to its end; signals reach it because it is in the same process group.
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit status
 */
export function runOnTerminal(program, programArguments, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, { ...options, stdio: 'inherit' });
    // Ctrl-C is for the child to act on; we stay until it has ended, so that its exit status is ours.
    const wait = () => {};
    process.on('SIGINT', wait);
    const terminate = () => child.kill('SIGTERM');
    process.on('SIGTERM', terminate);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', terminate);
      resolve(shellStatus(code, signal));
    });
  });
}
