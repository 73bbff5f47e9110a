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
  /**
   * The request is not in the form of its protocol. 400.
   * Remedy: Correct it; `/api/v2/openapi.json` describes it.
   */
  'REQUEST_MALFORMED',
  /**
   * Nobody is named by it, or a token is wrong. 401.
   * Remedy: Send a token or a certificate that the access file has.
   */
  'REQUEST_UNAUTHENTICATED',
  /**
   * Who sent it may not do that. 403.
   * Remedy: Ask for a role that may, in the access file.
   */
  'REQUEST_FORBIDDEN',
  /**
   * A page of another origin sent it. 403.
   * Remedy: Open the dispatcher’s own page.
   */
  'REQUEST_FOREIGN_PAGE',
  /**
   * There is no such path. 404.
   * Remedy: Correct the path.
   */
  'REQUEST_NOT_FOUND',
  /**
   * The path is there, for other methods. 405.
   * Remedy: Use the method that `Allow` names.
   */
  'REQUEST_METHOD',
  /**
   * The content is of a type that is not read here. 415.
   * Remedy: Send JSON.
   */
  'REQUEST_MEDIA_TYPE',
  /**
   * The content is longer than allowed. 413.
   * Remedy: Send less, or raise `--max-body`.
   */
  'REQUEST_TOO_LARGE',
  /**
   * Too many changes, or wrong tokens, from one address. 429.
   * Remedy: Wait as long as `Retry-After` says; see `--rate-limit`.
   */
  'REQUEST_RATE',
  /**
   * Plain HTTP where only HTTPS is answered. 403.
   * Remedy: Use `https://`, or start the dispatcher with `--allow-plain-http`.
   */
  'REQUEST_NOT_SECURE',
  /**
   * Another dispatcher leads. 307.
   * Remedy: Follow `Location`.
   */
  'REQUEST_ELSEWHERE',
  /**
   * A fault of the dispatcher. 500.
   * Remedy: Report it, with the log of that moment.
   */
  'REQUEST_FAILED',
] as const;

/** One of {@link REQUEST_PROBLEM_CODES}, or of the dispatcher's own. */
export type RequestProblemCode = (typeof REQUEST_PROBLEM_CODES)[number] | `DISPATCHER_${string}`;
