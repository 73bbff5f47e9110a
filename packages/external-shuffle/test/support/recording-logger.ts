import type { Logger } from '@spark-mesos/external-shuffle';

/** A logger that keeps what it is told. */
export interface RecordingLogger extends Logger {
  readonly lines: { readonly level: string; readonly fields: object; readonly phrase: string }[];
}

export function recordingLogger(): RecordingLogger {
  const lines: RecordingLogger['lines'] = [];
  const write = (level: string) => (fields: object, phrase: string) => {
    lines.push({ level, fields, phrase });
  };
  const logger: RecordingLogger = {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => logger,
  };
  return logger;
}
