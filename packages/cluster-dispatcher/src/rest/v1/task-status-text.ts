import type { Attempt } from '../../model/submission.ts';

/**
 * What Mesos said last of an attempt, in protobuf's text form, in which the original shows a TaskStatus (rule D37);
 * undefined while it has said nothing. What only machines read, uuid and container, is left out.
 */
export function taskStatusText(attempt: Attempt | undefined): string | undefined {
  if (attempt?.taskState === undefined) return undefined;
  const { taskId, taskState, message, agentId, updatedAtMs, source, reason } = attempt;
  const lines = [
    idLines('task_id', taskId),
    `state: ${taskState}`,
    message === undefined ? '' : `message: ${quoted(message)}`,
    idLines('slave_id', agentId),
    updatedAtMs === undefined ? '' : `timestamp: ${seconds(updatedAtMs)}`,
    // The executor of a command has the id of its task.
    source === 'SOURCE_EXECUTOR' ? idLines('executor_id', taskId) : '',
    source === undefined ? '' : `source: ${source}`,
    reason === undefined ? '' : `reason: ${reason}`,
  ];
  return lines
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');
}

function idLines(field: string, id: string): string {
  return `${field} {\n  value: ${quoted(id)}\n}`;
}

/** As Java writes a double of this size. */
function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toExponential().replace('e+', 'E');
}

function quoted(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}
