/** What can go wrong between us and a master; match on these, not on the text. */
export const MESOS_ERROR_CODES = [
  /**
   * The address of the master cannot be understood.
   * Remedy: Write `host:port`, several with commas between, or `zk://host:port/path`.
   */
  'MESOS_ADDRESS_INVALID',
  /**
   * Asked for something that this version cannot do.
   * Remedy: Do as the message says.
   */
  'MESOS_NOT_SUPPORTED',
  /**
   * Nobody answers: refused, unknown host, no route, or too late. The call has not arrived.
   * Remedy: Check that the master runs and its port is open to here. It is tried again.
   */
  'MESOS_UNREACHABLE',
  /**
   * Nobody can be sure who answers: certificates do not fit, or one side speaks TLS and the other does not.
   * Remedy: Check certificates and whether the master wants `https`.
   */
  'MESOS_TLS',
  /**
   * Somebody answers, but it is no Mesos master.
   * Remedy: Check the address: `/version` of a master says that it is one.
   */
  'MESOS_NOT_A_MASTER',
  /**
   * The master cannot serve now: no leader, recovering, or overloaded.
   * Remedy: Wait: it is tried again. If it lasts, look at the masters’ election.
   */
  'MESOS_UNAVAILABLE',
  /**
   * The master asked does not lead.
   * Remedy: Nothing: the one that leads is asked.
   */
  'MESOS_NOT_LEADER',
  /**
   * The connection broke; whether a call has arrived is not known.
   * Remedy: Nothing: a reconciliation tells what became of the call.
   */
  'MESOS_CONNECTION_LOST',
  /**
   * What came from the master makes no sense.
   * Remedy: Look for a proxy in between; else report it with the master’s version.
   */
  'MESOS_PROTOCOL',
  /**
   * The master wants other credentials, or any.
   * Remedy: Set `spark.mesos.principal` and `spark.mesos.secret`.
   */
  'MESOS_UNAUTHENTICATED',
  /**
   * The master does not allow it.
   * Remedy: Let the principal use the role, in the ACLs of the master.
   */
  'MESOS_FORBIDDEN',
  /**
   * The master calls the request wrong; its words are in `masterText`.
   * Remedy: Read the master’s words; most name a setting.
   */
  'MESOS_REFUSED',
  /**
   * There is no subscription now; there may be one again soon.
   * Remedy: Nothing: send the call again once subscribed.
   */
  'MESOS_NOT_SUBSCRIBED',
  /**
   * No subscription came about in the time given.
   * Remedy: Act on the reason in the message; see `spark.mesos.registrationTimeout`.
   */
  'MESOS_REGISTRATION_TIMEOUT',
  /**
   * The master ended the subscription with an ERROR event.
   * Remedy: Read the master’s words.
   */
  'MESOS_FRAMEWORK_ERROR',
  /**
   * The agent ended an executor's subscription with an ERROR event.
   * Remedy: Read the agent’s words, and its log.
   */
  'MESOS_EXECUTOR_ERROR',
  /**
   * The environment variables are not those that an agent sets for an executor.
   * Remedy: Start it by a Mesos agent, not by hand.
   */
  'MESOS_ENVIRONMENT_INVALID',
  /**
   * Another scheduler has subscribed with the same framework id.
   * Remedy: Make sure that one process only has this framework id.
   */
  'MESOS_FRAMEWORK_FAILED_OVER',
  /**
   * The framework has been torn down, or was away for longer than its failover timeout.
   * Remedy: Start anew without the old framework id; see `spark.mesos.driver.failoverTimeout`.
   */
  'MESOS_FRAMEWORK_REMOVED',
  /**
   * The client has been closed.
   * Remedy: Make a new client.
   */
  'MESOS_CLOSED',
] as const;

/** One of {@link MESOS_ERROR_CODES}. */
export type MesosErrorCode = (typeof MESOS_ERROR_CODES)[number];

/** The one error of this package. Its message says what happened, to what, and what to do. */
export class MesosError extends Error {
  override readonly name = 'MesosError';
  readonly code: MesosErrorCode;
  /** The status of the master's answer, where it answered. */
  readonly status: number | undefined;
  /** The master's own words, where it gave any. */
  readonly masterText: string | undefined;

  constructor(
    code: MesosErrorCode,
    message: string,
    options: { cause?: unknown; status?: number | undefined; masterText?: string | undefined } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status;
    this.masterText = options.masterText;
  }
}

const RETRIABLE: ReadonlySet<MesosErrorCode> = new Set<MesosErrorCode>([
  'MESOS_UNREACHABLE',
  'MESOS_UNAVAILABLE',
  'MESOS_NOT_LEADER',
  'MESOS_NOT_SUBSCRIBED',
]);

/** Answers that a proxy gives when it has passed a call on, or a master that broke down over it. */
const STATUSES_IN_DOUBT: ReadonlySet<number | undefined> = new Set([500, 502, 504]);

/** Whether the call may have been carried out though it failed; only a reconciliation tells. */
export function isInDoubt({ code, status }: MesosError): boolean {
  return code === 'MESOS_CONNECTION_LOST' || (code === 'MESOS_UNAVAILABLE' && STATUSES_IN_DOUBT.has(status));
}

/**
 * Whether the same call may be sent again, once subscribed, without the danger of doing it twice.
 *
 * A lost connection is not among these, nor a 500, 502 or 504: an ACCEPT may have been carried out, and only a
 * reconciliation tells.
 */
export function isRetriable(error: unknown): boolean {
  return error instanceof MesosError && RETRIABLE.has(error.code) && !isInDoubt(error);
}
