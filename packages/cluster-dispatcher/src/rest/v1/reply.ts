/** The content type of every reply. */
export const REPLY_TYPE = 'application/json;charset=utf-8';

/** What can stand in a reply; absent fields are left out. */
export type ReplyField = string | boolean | readonly string[] | undefined;

/** Every field that a reply may have, in the order in which they are written. */
const FIELD_NAMES = [
  'action',
  'driverState',
  'finalState',
  'highestProtocolVersion',
  'message',
  'serverSparkVersion',
  'submissionId',
  'success',
  'unknownFields',
  'workerHostPort',
  'workerId',
] as const;

/** Fields of a reply by their names. */
export type ReplyFields = Readonly<Partial<Record<(typeof FIELD_NAMES)[number], ReplyField>>>;

/** A reply: its status, its action (which is Spark's name for the type of a message), and its other fields. */
export interface V1Reply {
  readonly status: number;
  readonly action: ReplyAction;
  readonly fields: ReplyFields;
}

/** Every type of reply that there is (org.apache.spark.deploy.rest.SubmitRestProtocolResponse). */
export type ReplyAction =
  | 'CreateSubmissionResponse'
  | 'KillSubmissionResponse'
  | 'KillAllSubmissionResponse'
  | 'SubmissionStatusResponse'
  | 'ClearResponse'
  | 'ReadyzResponse'
  | 'ErrorResponse';

/** A reply that something is wrong with the request. */
export function errorReply(status: number, message: string, fields: ReplyFields = {}): V1Reply {
  return { status, action: 'ErrorResponse', fields: { ...fields, message } };
}

/**
 * The text of a reply as Spark's own servers write it (rule D15): fields by name, a line each, ` : ` between a name and its
 * value.
 */
export function formatReply(reply: V1Reply, serverSparkVersion: string): string {
  const { action, fields } = reply;
  const all: ReplyFields = { ...fields, action, serverSparkVersion };
  let text = '{';
  let before = '\n';
  for (const name of FIELD_NAMES) {
    const value = all[name];
    if (value === undefined) continue;
    text += `${before}  "${name}" : ${formatValue(value)}`;
    before = ',\n';
  }
  return `${text}\n}`;
}

function formatValue(value: string | boolean | readonly string[]): string {
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  return value.length === 0 ? '[ ]' : `[ ${value.map((item) => JSON.stringify(item)).join(', ')} ]`;
}
