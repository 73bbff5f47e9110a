declare const brand: unique symbol;

/** Text that is one kind of id and no other. */
type Branded<Kind extends string> = string & { readonly [brand]: Kind };

/** Id of a submission: `driver-yyyyMMddHHmmss-NNNN` (rule D22). */
export type SubmissionId = Branded<'SubmissionId'>;

/** Id of a Mesos task: that of the submission, with `-retry-n` behind it from the second attempt on (rule D55). */
export type TaskId = Branded<'TaskId'>;

/** Id of a Mesos agent. */
export type AgentId = Branded<'AgentId'>;

/** Id of a Mesos offer. */
export type OfferId = Branded<'OfferId'>;

/** What stands between a submission's id and the number of an attempt. */
const RETRY = '-retry-';

/** Takes a text from outside as the id of a submission; there may be none with that id. */
export function submissionIdOf(text: string): SubmissionId {
  return text as SubmissionId;
}

/** The task id of an attempt, the first of which has number 1. It is never seen twice (rules D55, D56). */
export function taskIdOf(submissionId: SubmissionId, attempt: number): TaskId {
  return (attempt === 1 ? submissionId : `${submissionId}${RETRY}${attempt - 1}`) as string as TaskId;
}

/** The submission that a task belongs to, by its id alone. */
export function submissionIdOfTask(taskId: string): SubmissionId {
  const end = taskId.indexOf(RETRY);
  return (end < 0 ? taskId : taskId.slice(0, end)) as SubmissionId;
}

/** Takes a text that Mesos sent as the id of a task. */
export function readTaskId(message: { readonly value?: string | null } | null | undefined): TaskId {
  return (message?.value ?? '') as TaskId;
}

/** Takes a text that Mesos sent as the id of an agent. */
export function readAgentId(message: { readonly value?: string | null } | null | undefined): AgentId {
  return (message?.value ?? '') as AgentId;
}

/** Takes a text that Mesos sent as the id of an offer. */
export function readOfferId(message: { readonly value?: string | null } | null | undefined): OfferId {
  return (message?.value ?? '') as OfferId;
}
