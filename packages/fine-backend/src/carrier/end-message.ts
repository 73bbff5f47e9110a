/** How a task can have ended that is told to have. */
export const TASK_ENDS = ['FINISHED', 'FAILED', 'KILLED', 'LOST'] as const;

/** One of {@link TASK_ENDS}. */
export type TaskEnd = (typeof TASK_ENDS)[number];

/** What a scheduler says to its executor: a Mesos task has ended, and how. */
export interface EndMessage {
  readonly taskId: string;
  readonly end: TaskEnd;
}

/** Longer ones are none of ours. */
const MAX_BYTES = 4096;

/**
 * The bytes of a framework message, `{"taskId":"…","end":"FINISHED"}`.
 *
 * KILL cannot say how a task has ended, and would leave nothing but killed tasks in Mesos's books. Framework messages may
 * get lost; whoever sends one sends KILL when nothing comes of it.
 */
export function encodeEndMessage({ taskId, end }: EndMessage): Uint8Array {
  return Buffer.from(JSON.stringify({ taskId, end }));
}

/** Reads them; `undefined` for anything else. */
export function decodeEndMessage(bytes: Uint8Array): EndMessage | undefined {
  if (bytes.length > MAX_BYTES) {
    return undefined;
  }
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  const { taskId, end: word } = (read ?? {}) as { readonly taskId?: unknown; readonly end?: unknown };
  const end = TASK_ENDS.find((known) => known === word);
  return typeof taskId === 'string' && end !== undefined ? { taskId, end } : undefined;
}
