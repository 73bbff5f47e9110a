/** In what way replies differ from the original's, and why; the README has the same table. */
export const DIFFERENCES = {
  malformed: {
    what: '400 names what is wrong, all of it, in one sentence each',
    why: 'the original sent the stack of an exception, and left out the field',
  },
  noHtml: {
    what: '405, and what was 500 with a page of HTML, are answered as ErrorResponse',
    why: 'clients of the protocol read JSON',
  },
  invalid: {
    what: 'values that cannot work get 400: constraints, labels, queues, memory overhead, unknown actions',
    why: 'the original took them, and failed later, for good, or for all',
  },
  overhead: {
    what: '`spark.driver.memoryOverhead=1g` is taken',
    why: 'the original could read whole numbers only, and answered 500',
  },
  standalone: {
    what: '`killall`, `clear` and `readyz` are known',
    why: "Spark 4's standalone master has them",
  },
  status: {
    what: 'a status has `finalState`, `workerId` and `workerHostPort` beside',
    why: "FINISHED does not tell success from failure, and the agent's name is wanted",
  },
  statusText: {
    what: "the text of a TaskStatus has neither uuid nor container's status",
    why: 'raw bytes, and ids that lead nowhere',
  },
  killed: {
    what: 'what was killed before it ran, or between two attempts, is FINISHED and not NOT_FOUND',
    why: 'it is still remembered, with its reason',
  },
} as const;

/** One of {@link DIFFERENCES}. */
export type Difference = keyof typeof DIFFERENCES;
