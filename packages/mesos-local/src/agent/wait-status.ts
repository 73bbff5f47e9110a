import type { ProcessEnd } from './messages.ts';

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

/** How a process ended, as `wait` tells it. */
export function waitStatus({ exitStatus, signal }: ProcessEnd): number {
  return signal === undefined ? (exitStatus ?? 0) * 256 : (SIGNAL_NUMBERS[signal] ?? 0);
}
