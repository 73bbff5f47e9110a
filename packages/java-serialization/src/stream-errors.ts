import { JavaSerializationError } from './errors.ts';
import { JavaObject } from './model.ts';

/** The stream contradicts the protocol at this byte. */
export function malformed(offset: number, what: string): JavaSerializationError {
  return new JavaSerializationError('JAVA_MALFORMED', `at byte ${offset}: ${what}`);
}

/** What begins at this byte would exceed a limit. */
export function exceeded(offset: number, what: string): JavaSerializationError {
  return new JavaSerializationError('JAVA_LIMIT_EXCEEDED', `at byte ${offset}: ${what}`);
}

/** A depth limit that was raised beyond what the JavaScript stack holds must end in a coded error, too. */
export function withinStack<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new JavaSerializationError(
      'JAVA_LIMIT_EXCEEDED',
      'values are nested deeper than the stack allows',
      {
        cause: error,
      },
    );
  }
}

/** The sender broke off with this exception in the middle of the stream. */
export function brokenOff(thrown: unknown, start: number): JavaSerializationError {
  const name = thrown instanceof JavaObject ? thrown.className : 'an exception';
  const message = thrown instanceof JavaObject ? thrown.fields.get('detailMessage') : undefined;
  return new JavaSerializationError(
    'JAVA_STREAM_EXCEPTION',
    `at byte ${start}: the sender failed with ${name}${typeof message === 'string' ? `: ${message}` : ''}`,
  );
}
