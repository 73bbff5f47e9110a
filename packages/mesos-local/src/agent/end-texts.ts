import type { ProcessEnd } from './messages.ts';

/** Signals as the C library describes them; so does Mesos in its messages. */
const SIGNAL_TEXTS: Readonly<Record<string, string>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGILL: 'Illegal instruction',
  SIGTRAP: 'Trace/breakpoint trap',
  SIGABRT: 'Aborted',
  SIGBUS: 'Bus error',
  SIGFPE: 'Floating point exception',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGSEGV: 'Segmentation fault',
  SIGUSR2: 'User defined signal 2',
  SIGPIPE: 'Broken pipe',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Terminated',
  SIGSYS: 'Bad system call',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'File size limit exceeded',
};

/** How a command ended, in the words of Mesos's command executor. */
export function endText(end: ProcessEnd): string {
  if (end.signal === undefined) return `Command exited with status ${end.exitStatus ?? 0}`;
  return `Command terminated with signal ${SIGNAL_TEXTS[end.signal] ?? end.signal}`;
}
