declare const brand: unique symbol;

/** Text that is one kind of id and no other. */
type Branded<Kind extends string> = string & { readonly [brand]: Kind };

/** Id of a Mesos agent. */
export type AgentId = Branded<'AgentId'>;

/** Id of a Mesos task; of ours: `<random hex>-<number>`. */
export type TaskId = Branded<'TaskId'>;

/** Id of a Mesos offer. */
export type OfferId = Branded<'OfferId'>;

/** Takes a text that Mesos sent as an agent id. */
export function agentIdOf(message: { value?: string | null } | null | undefined): AgentId {
  return (message?.value ?? '') as AgentId;
}

/** Takes a text that Mesos sent as a task id. */
export function taskIdOf(message: { value?: string | null } | null | undefined): TaskId {
  return (message?.value ?? '') as TaskId;
}

/** Takes a text that Mesos sent as an offer id. */
export function offerIdOf(message: { value?: string | null } | null | undefined): OfferId {
  return (message?.value ?? '') as OfferId;
}

/** The number in a task id of ours; not a number in any other. */
export function taskNumberIn(taskId: TaskId): number {
  return Number(taskId.slice(taskId.lastIndexOf('-') + 1));
}

/** What stands before the number in a task id of ours. */
export function taskIdPrefixOf(taskId: TaskId): string {
  return taskId.slice(0, taskId.lastIndexOf('-'));
}

/**
 * The task id of a number that is never used twice. Unlike the counter of the original (rule C5) it is never seen
 * again, since an agent dies of a task id that comes back while its old executor is still ending. `prefix` is random
 * for each backend.
 */
export function newTaskId(prefix: string, number: number): TaskId {
  return `${prefix}-${number}` as TaskId;
}
