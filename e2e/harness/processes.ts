import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process of this machine, as /proc describes it. */
export interface FoundProcess {
  readonly pid: number;
  readonly commandLine: string;
}

function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    // It has ended in the meantime, or is not ours.
    return '';
  }
}

function isZombie(folder: string): boolean {
  const status = readOrEmpty(() => readFileSync(`${folder}/stat`, 'utf8'));
  return status === '' || status.slice(status.lastIndexOf(')')).startsWith(') Z');
}

/**
 * The living processes that carry a marker in their environment, command line or working folder. The driver and
 * what it starts have it in the environment; what an agent starts has it in the path of its sandbox.
 */
export function processesWith(marker: string): FoundProcess[] {
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

/** The JVMs of executors among the processes with a marker. */
export function executorsWith(marker: string): FoundProcess[] {
  return processesWith(marker).filter(
    ({ commandLine }) => commandLine.includes(EXECUTOR_CLASS) && /^\S*java /.test(commandLine),
  );
}

/** The JVMs of drivers among the processes with a marker. */
export function driversWith(marker: string): FoundProcess[] {
  return processesWith(marker).filter(
    ({ commandLine }) =>
      commandLine.includes('org.apache.spark.deploy.SparkSubmit') && /^\S*java /.test(commandLine),
  );
}
