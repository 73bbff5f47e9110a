import { ConfigError } from './errors.ts';
import { splitList } from './uris.ts';

/**
 * Signal numbers of Linux on x86 and ARM by the words that strsignal has for them: Mesos's command executor tells a
 * signal only by these words.
 */
const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  Hangup: 1,
  Interrupt: 2,
  Quit: 3,
  'Illegal instruction': 4,
  'Trace/breakpoint trap': 5,
  Aborted: 6,
  'Bus error': 7,
  'Floating point exception': 8,
  Killed: 9,
  'User defined signal 1': 10,
  'Segmentation fault': 11,
  'User defined signal 2': 12,
  'Broken pipe': 13,
  'Alarm clock': 14,
  Terminated: 15,
  'Stack fault': 16,
  'CPU time limit exceeded': 24,
  'File size limit exceeded': 25,
  'Virtual timer expired': 26,
  'Profiling timer expired': 27,
  'I/O possible': 29,
  'Power failure': 30,
  'Bad system call': 31,
};

/**
 * The exit status in a status message of Mesos's command executor: N of 'Command exited with status N', 128 and the
 * signal's number for 'Command terminated with signal Killed', as a shell would say it. `undefined` for other texts.
 */
export function exitStatusOf(message: string | null | undefined): number | undefined {
  const exited = /^Command exited with status (\d{1,5})\b/.exec(message ?? '');
  if (exited) {
    return Number(exited[1]);
  }
  const signalled = /^Command terminated with signal (.+?)(?: \(core dumped\))?$/.exec(message ?? '');
  const words = signalled?.[1] ?? '';
  return Object.hasOwn(SIGNAL_NUMBERS, words) ? 128 + (SIGNAL_NUMBERS[words] ?? 0) : undefined;
}

/** Exit statuses from `first` to `last`, both among them. */
export interface ExitStatusRange {
  readonly first: number;
  readonly last: number;
}

/** Reads a list of exit statuses, single ones and ranges: '2,64-78'. */
export function parseExitStatuses(text: string): readonly ExitStatusRange[] {
  return splitList(text).map((entry) => {
    const [, firstText, lastText = firstText] = /^(\d{1,3})(?:\s*-\s*(\d{1,3}))?$/.exec(entry) ?? [];
    const [first, last] = [Number(firstText), Number(lastText)];
    if (!(first <= last && last <= 255)) {
      throw new ConfigError(
        'CONFIG_MALFORMED',
        `'${entry}' is no exit status from 0 to 255, nor a range of them such as 64-78`,
      );
    }
    return { first, last };
  });
}
