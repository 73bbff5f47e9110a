// The processes of this machine, as /proc describes them.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * @typedef {object} FoundProcess
 * @property {number} pid
 * @property {string} commandLine
 */

/** @param {() => string} read */
function readOrEmpty(read) {
  try {
    return read();
  } catch {
    // It has ended in the meantime, or is not ours.
    return '';
  }
}

/** @param {string} folder */
function isZombie(folder) {
  const status = readOrEmpty(() => readFileSync(`${folder}/stat`, 'utf8'));
  return status === '' || status.slice(status.lastIndexOf(')')).startsWith(') Z');
}

/**
 * The living processes that carry a marker in their environment, command line or working folder. The driver and
 * what it starts have it in the environment; what an agent starts has it in the path of its sandbox.
 * @param {string} marker
 * @returns {FoundProcess[]}
 */
export function processesWith(marker) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const folder = `/proc/${name}`;
      const commandLine = readOrEmpty(() => readFileSync(`${folder}/cmdline`, 'utf8')).replaceAll('\0', ' ');
      // The kernel's own threads have none, and are most of what there is on a small machine.
      if (commandLine === '') return [];
      const environment = readOrEmpty(() => readFileSync(`${folder}/environ`, 'utf8'));
      const workingFolder = readOrEmpty(() => readlinkSync(`${folder}/cwd`));
      const isOurs = [commandLine, environment, workingFolder].some((text) => text.includes(marker));
      return isOurs && !isZombie(folder) ? [{ pid: Number(name), commandLine: commandLine.trim() }] : [];
    });
}

const EXECUTOR_CLASS = 'CoarseGrainedExecutorBackend';

/** @param {FoundProcess} found */
const isJava = ({ commandLine }) => /^\S*java /.test(commandLine);

/** The JVMs of executors among the processes with a marker. @param {string} marker */
export function executorsWith(marker) {
  return processesWith(marker).filter((found) => found.commandLine.includes(EXECUTOR_CLASS) && isJava(found));
}

/** The JVMs of drivers among the processes with a marker. @param {string} marker */
export function driversWith(marker) {
  return processesWith(marker).filter(
    (found) => found.commandLine.includes('org.apache.spark.deploy.SparkSubmit') && isJava(found),
  );
}
