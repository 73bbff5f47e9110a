import { JavaSerializationError, type JavaSerializationErrorCode } from '../src/index.ts';

/** The code with which something fails, or undefined when it succeeds; errors of other kinds pass through. */
export function codeOf(action: () => unknown): JavaSerializationErrorCode | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof JavaSerializationError) return error.code;
    throw error;
  }
}
