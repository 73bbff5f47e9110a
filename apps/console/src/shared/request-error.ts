/**
 * Why a request brought nothing: the server cannot be reached, takes too long, refuses, or answers what is no JSON.
 * Matched on by `code`; the message is for people.
 */
export const REQUEST_ERROR_CODES = [
  /**
   * Nobody answers.
   * Remedy: Check that the server runs; the page goes on asking.
   */
  'CONSOLE_UNREACHABLE',
  /**
   * The answer did not come in time.
   * Remedy: Look at the load of the server.
   */
  'CONSOLE_TIMEOUT',
  /**
   * The server answered that it will not.
   * Remedy: Read its words; where a token is asked for, give it.
   */
  'CONSOLE_REFUSED',
  /**
   * What came is no JSON.
   * Remedy: Look for a proxy in between that answers itself.
   */
  'CONSOLE_BAD_ANSWER',
] as const;

/** One of the reasons in {@link REQUEST_ERROR_CODES}. */
export type RequestErrorCode = (typeof REQUEST_ERROR_CODES)[number];

/** A request that brought nothing. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;
  /** The HTTP status of a refusal; 0 where there was no answer. */
  readonly status: number;

  constructor(code: RequestErrorCode, message: string, status = 0, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.status = status;
  }
}

/** The error for an answer that leads to another server: a page may not follow there by itself, its reader may. */
export function movedError(): RequestError {
  return new RequestError('CONSOLE_REFUSED', 'another server leads now; reload the page to go there');
}
