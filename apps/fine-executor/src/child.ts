import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ChildEnd } from '@spark-mesos/fine-backend';

/** What is to be run, and who hears of it. */
export interface ChildOptions {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly started: () => void;
  /** Called once, whether it had started or not. */
  readonly ended: (end: ChildEnd) => void;
}

/** A process that has been started. */
export interface Child {
  signal(signal: NodeJS.Signals): void;
}

/**
 * Starts the Spark executor. Its output goes to where ours does, the sandbox's files, by itself. It stays in our process
 * group and session: those are what an agent clears away should we be killed, so that it never outlives us.
 */
export function startChild(options: ChildOptions): Child {
  const { program, environment, started, ended } = options;
  let isOver = false;
  const end = (how: ChildEnd) => {
    if (!isOver) {
      isOver = true;
      ended(how);
    }
  };
  const child = spawn(program, options.arguments, {
    env: { ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.once('spawn', started);
  child.once('error', ({ message }) => {
    // Also said where a signal could not be sent; only a process that never was has no id.
    if (child.pid === undefined) {
      end({ problem: message });
    }
  });
  child.once('exit', (status, signal) =>
    end(
      signal === null ? { status: status ?? 0 } : { status: 128 + (constants.signals[signal] ?? 0), signal },
    ),
  );
  return {
    signal(signal) {
      child.kill(signal);
    },
  };
}
