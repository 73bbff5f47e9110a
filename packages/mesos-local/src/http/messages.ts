import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** A request as the endpoints see it: its path has lost the process's name (`/master/state` is `/state`). */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Reads the whole body once; an answer too long is refused with {@link BodyTooLong}. */
  body(): Promise<Uint8Array>;
}

/** What goes back: a body, a file, or a stream that somebody else goes on writing to. */
export type HttpReply =
  | {
      readonly kind: 'body';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Uint8Array;
    }
  | { readonly kind: 'file'; readonly path: string; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly kind: 'stream';
      readonly headers: Readonly<Record<string, string>>;
      /** Called when the head has been written. */
      readonly open: (response: ServerResponse) => void;
    };

/** Answers a request. */
export type HttpHandler = (request: HttpRequest) => HttpReply | Promise<HttpReply>;

/** The longest request body that is read; the largest ACCEPT that makes sense is far below. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The body is longer than {@link MAX_BODY_BYTES}. */
export class BodyTooLong extends Error {
  override readonly name = 'BodyTooLong';
}

/** Plain text, as all of Mesos's errors are. */
export function textReply(status: number, body: string, headers: Record<string, string> = {}): HttpReply {
  return { kind: 'body', status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** A status and nothing else. */
export function emptyReply(status: number, headers: Record<string, string> = {}): HttpReply {
  return { kind: 'body', status, headers, body: '' };
}

/** JSON, wrapped into a function call where the query asks for that (`?jsonp=name`). */
export function jsonReply(request: HttpRequest, value: unknown): HttpReply {
  const text = JSON.stringify(value);
  const jsonp = request.query.get('jsonp');
  if (jsonp !== null && /^[\w.$]+$/.test(jsonp)) {
    const headers = { 'Content-Type': 'text/javascript' };
    return { kind: 'body', status: 200, headers, body: `${jsonp}(${text});` };
  }
  return { kind: 'body', status: 200, headers: { 'Content-Type': 'application/json' }, body: text };
}

/** What there is no endpoint for. */
export function notFoundReply(): HttpReply {
  return textReply(404, '404 Not Found.');
}

/** The only method that an endpoint takes is POST. */
export function methodReply(received: string): HttpReply {
  const text = `405 Method Not Allowed. Expecting one of { 'POST' }, but received '${received}'.`;
  return textReply(405, text, { Allow: 'POST' });
}
