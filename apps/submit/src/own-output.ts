import type { Logger } from '@spark-mesos/scheduler-utils';
import { pino } from 'pino';
import type { LogLevel } from './own-options.ts';

/** Where text for people goes: standard error, since standard output is Spark's. */
export interface Output {
  /** What the user should read whether or not they asked for progress. */
  notice(text: string): void;
  /** What happens as it happens; shown with --progress. */
  progress(text: string): void;
}

/** Lines for people, each marked as ours: Spark writes to the same terminal. */
export function plainOutput(write: (text: string) => void, showProgress: boolean): Output {
  const line = (text: string) => {
    for (const part of text.split('\n')) write(`spark-mesos: ${part}\n`);
  };
  return { notice: line, progress: showProgress ? line : () => {} };
}

/** The log of the libraries: plain lines for people, or pino's JSON for machines. */
export function makeLogger(options: {
  readonly level: LogLevel;
  readonly json: boolean;
  readonly write: (text: string) => void;
}): Logger {
  const destination = {
    write: (record: string) => options.write(options.json ? record : plainRecord(record)),
  };
  return pino(
    {
      level: options.level,
      redact: { paths: ['secret', '*.secret', 'credentials', '*.credentials'], censor: '(secret)' },
    },
    destination,
  );
}

const LEVEL_NAMES: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warning', 50: 'error' };

/** A record of pino as a line: level, phrase, fields. */
export function plainRecord(record: string): string {
  const { level, time, pid, hostname, msg, ...fields } = JSON.parse(record) as Record<string, unknown>;
  const details = Object.entries(fields).map(([name, value]) => `${name}=${plainValue(value)}`);
  const text = [String(msg ?? ''), ...details].join(' ');
  return `spark-mesos: ${LEVEL_NAMES[level as number] ?? 'note'}: ${text}\n`;
}

function plainValue(value: unknown): string {
  return typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value);
}
