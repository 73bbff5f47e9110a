import type { SubmissionPageView, SubmissionView } from '@spark-mesos/cluster-dispatcher/client';

type ListedSubmission = SubmissionPageView['submissions'][number];

/** Submissions in columns, the newest first, as they come. */
export function submissionTable(submissions: readonly ListedSubmission[]): string {
  const rows = [
    ['ID', 'STATE', 'SUBMITTED', 'QUEUE', 'ATTEMPTS', 'NAME'],
    ...submissions.map((one) => [
      one.id,
      stateOf(one),
      one.submittedAt.slice(0, 19).replace('T', ' '),
      one.queue,
      String(one.attemptCount),
      printable(one.name),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** One submission, a fact a line, and why it is where it is. */
export function submissionText(submission: SubmissionView, sentence: string): string {
  const attempt = submission.attempts.at(-1);
  const facts: (readonly [string, string | undefined])[] = [
    ['id', submission.id],
    ['name', printable(submission.name)],
    ['state', stateOf(submission)],
    ['why', printable(sentence)],
    ['owner', submission.owner],
    ['queue', `${submission.queue} (priority ${submission.priority})`],
    ['submitted', submission.submittedAt],
    ['finished', submission.finishedAt],
    ['holds', `${submission.resources.cpus} cpus, ${submission.resources.memMiB} MiB`],
    ['attempts', String(submission.attemptCount)],
    ['agent', attempt?.hostname],
    ['exit status', attempt?.exitStatus === undefined ? undefined : String(attempt.exitStatus)],
    ['next start', submission.retry?.nextRetryAt],
    ['page', submission.links.driverUi],
    ['sandbox', attempt?.links.sandbox],
  ];
  return facts
    .filter((fact): fact is readonly [string, string] => fact[1] !== undefined)
    .map(([name, value]) => `${name.padEnd(12)}${value}\n`)
    .join('');
}

/** Where it stands, and if it has ended, how. */
export function stateOf({ state, finalState }: Pick<ListedSubmission, 'state' | 'finalState'>): string {
  return finalState ?? state;
}

/** Without what would move the cursor of a terminal: names come from whoever submits. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\u{fffd}');
}
