import { asObject, textOf } from './json.ts';
import { movedError, RequestError } from './request-error.ts';

/** What came back, with the server's own clock where it told it. */
export interface Answer {
  readonly bytes: Uint8Array;
  readonly serverTimeMs: number | undefined;
}

/** A server that has not answered for so long is as good as gone; the next attempt asks anew. */
const TIMEOUT_MS = 10_000;

/** So much of a refusal's text is shown. */
const REFUSAL_CHARACTERS = 300;

/** Asks the server that the page came from; `path` is relative to the page. A question given is sent as JSON, with POST. */
export async function request(
  path: string,
  signal?: AbortSignal,
  question?: object,
  headers: Readonly<Record<string, string>> = {},
  method = question === undefined ? 'GET' : 'POST',
): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(path, {
      cache: 'no-store',
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        ...(question && { 'content-type': 'application/json' }),
        ...headers,
      },
      method,
      ...(question && { body: JSON.stringify(question) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    if (response.type === 'opaqueredirect') throw movedError();
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!response.ok) throw refusal(path, response.status, bytes);
    const date = Date.parse(response.headers.get('date') ?? '');
    return { bytes, serverTimeMs: Number.isNaN(date) ? undefined : date };
  } catch (error) {
    if (error instanceof RequestError || signal?.aborted) throw error;
    if (timeout.aborted) {
      throw new RequestError('CONSOLE_TIMEOUT', `no answer within ${TIMEOUT_MS / 1000} s`, 0, error);
    }
    throw new RequestError('CONSOLE_UNREACHABLE', 'the server cannot be reached', 0, error);
  }
}

/** Asks for JSON. */
export async function requestJson(path: string, signal?: AbortSignal, question?: object): Promise<unknown> {
  return parseJson(path, (await request(path, signal, question)).bytes);
}

/** Reads a JSON body, with an error that says whose it was. */
export function parseJson(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new RequestError('CONSOLE_BAD_ANSWER', `the answer to ${path} is not JSON`, 0, error);
  }
}

/** The error for an answer that is none. */
export function refusal(path: string, status: number, body: Uint8Array): RequestError {
  const detail = problemDetail(body);
  if (detail !== undefined) return new RequestError('CONSOLE_REFUSED', detail, status);
  const text = new TextDecoder().decode(body.subarray(0, REFUSAL_CHARACTERS)).trim();
  const reason = text === '' || text.startsWith('<') ? '' : `: ${text}`;
  return new RequestError(
    'CONSOLE_REFUSED',
    `${path.split('?')[0]} was answered with ${status}${reason}`,
    status,
  );
}

/** What is wrong, in the server's own words, where it tells it in the form for that (RFC 9457). */
function problemDetail(body: Uint8Array): string | undefined {
  try {
    return textOf(asObject(JSON.parse(new TextDecoder().decode(body))), 'detail') || undefined;
  } catch {
    return undefined;
  }
}
