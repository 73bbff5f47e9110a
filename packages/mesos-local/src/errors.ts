/** Every code that {@link LocalMesosError} can carry; callers match on these, never on the message. */
export const LOCAL_MESOS_ERROR_CODES = [
  'LOCAL_PORT_TAKEN',
  'LOCAL_OPTIONS_INVALID',
  'LOCAL_RESOURCES_INVALID',
  'LOCAL_ACCOUNTING_BROKEN',
  'LOCAL_AGENT_UNKNOWN',
  'LOCAL_CLOSED',
  'LOCAL_WAIT_TIMED_OUT',
  'LOCAL_NOT_ELECTED',
  'NOT_SUPPORTED',
] as const;

/** One of {@link LOCAL_MESOS_ERROR_CODES}. */
export type LocalMesosErrorCode = (typeof LOCAL_MESOS_ERROR_CODES)[number];

/** The one error class of the embedded Mesos: what happened, to what, and a code to match on. */
export class LocalMesosError extends Error {
  override readonly name = 'LocalMesosError';
  readonly code: LocalMesosErrorCode;

  constructor(code: LocalMesosErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
