/** Every code that {@link LocalMesosError} can carry; callers match on these, never on the message. */
export const LOCAL_MESOS_ERROR_CODES = [
  /**
   * Another process listens on the port that was asked for.
   * Remedy: Name another, or 0 for any that is free.
   */
  'LOCAL_PORT_TAKEN',
  /**
   * An option of the cluster has a value that it cannot have.
   * Remedy: Correct the option that the message names.
   */
  'LOCAL_OPTIONS_INVALID',
  /**
   * Resources or attributes are not in the form that Mesos has for them.
   * Remedy: Write them as in `cpus:4;mem:8192`.
   */
  'LOCAL_RESOURCES_INVALID',
  /**
   * More would be given out than there is: a fault of the embedded Mesos.
   * Remedy: Report it, with the log of `--log-level debug`.
   */
  'LOCAL_ACCOUNTING_BROKEN',
  /**
   * The cluster has no such agent.
   * Remedy: Ask for one that `agents` lists.
   */
  'LOCAL_AGENT_UNKNOWN',
  /**
   * The cluster has been closed.
   * Remedy: Start a new one.
   */
  'LOCAL_CLOSED',
  /**
   * What a test waited for has not happened in time.
   * Remedy: Read what the message says of the state instead.
   */
  'LOCAL_WAIT_TIMED_OUT',
  /**
   * No master was elected: no ZooKeeper answers.
   * Remedy: Check the address of `--zk`.
   */
  'LOCAL_NOT_ELECTED',
  /**
   * Something that a real Mesos does and this one does not.
   * Remedy: Use a real Mesos for it.
   */
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
