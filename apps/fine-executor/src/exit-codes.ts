/** What the command ends with; the numbers mean what they mean for `spark-mesos` (docs/reference/exit-codes.md). */
export const EXIT_CODES = {
  /** All of its tasks have ended, and their ends are told. */
  done: 0,
  /**
   * The command line is wrong (EX_USAGE).
   * Remedy: See `--help`; the gateway writes it.
   */
  usage: 64,
  /**
   * The agent does not answer, or wants to hear no more of it (EX_UNAVAILABLE).
   * Remedy: Look at the agent’s log.
   */
  unavailable: 69,
  /**
   * A fault of the command itself (EX_SOFTWARE).
   * Remedy: Report it with `stderr` of its sandbox.
   */
  internal: 70,
  /**
   * No Mesos agent has started it (EX_CONFIG).
   * Remedy: Let an agent start it.
   */
  settings: 78,
} as const;

/** A reason for which the command ends. */
export type ExitReason = keyof typeof EXIT_CODES;
