import type { SubmissionProblem } from '../model/outcomes.ts';

/** A request that is not done as it was asked for; answered in the form of whichever protocol it came by. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly status: number;
  readonly code: RequestProblemCode;
  readonly problems: readonly SubmissionProblem[];
  readonly headers: Readonly<Record<string, string>>;
  /** The submission that it is about, where that is not the one in the path. */
  readonly submissionId: string | undefined;

  constructor(
    status: number,
    code: RequestProblemCode,
    message: string,
    more: {
      readonly problems?: readonly SubmissionProblem[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly submissionId?: string;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.problems = more.problems ?? [];
    this.headers = more.headers ?? {};
    this.submissionId = more.submissionId;
  }
}

/** What can be wrong with a request by itself; beside these there are the codes of the dispatcher's own refusals. */
export const REQUEST_PROBLEM_CODES = [
  'REQUEST_MALFORMED',
  'REQUEST_UNAUTHENTICATED',
  'REQUEST_FORBIDDEN',
  'REQUEST_FOREIGN_PAGE',
  'REQUEST_NOT_FOUND',
  'REQUEST_METHOD',
  'REQUEST_MEDIA_TYPE',
  'REQUEST_TOO_LARGE',
  'REQUEST_RATE',
  'REQUEST_NOT_SECURE',
  'REQUEST_ELSEWHERE',
  'REQUEST_FAILED',
] as const;

/** One of {@link REQUEST_PROBLEM_CODES}, or of the dispatcher's own. */
export type RequestProblemCode = (typeof REQUEST_PROBLEM_CODES)[number] | `DISPATCHER_${string}`;
