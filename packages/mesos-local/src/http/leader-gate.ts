import { emptyReply, type HttpHandler, type HttpReply, type HttpRequest, textReply } from './messages.ts';

/**
 * What a master knows of who leads:
 * - `none`: nobody, as far as it knows; also when ZooKeeper cannot be reached.
 * - `other`: another master, to which it sends whoever asks.
 * - `recovering`: it was elected, and reads the registry.
 * - `self`: it leads.
 */
export type Leadership =
  | { readonly kind: 'none' }
  | { readonly kind: 'other'; readonly hostname: string; readonly port: number }
  | { readonly kind: 'recovering' }
  | { readonly kind: 'self' };

/** The answer of a master that does not lead, or that cannot yet; undefined when it can do what is asked. */
export function notLeadingReply(leadership: Leadership, request: HttpRequest): HttpReply | undefined {
  switch (leadership.kind) {
    case 'none':
      return textReply(503, 'No leader elected');
    case 'other': {
      const { hostname, port } = leadership;
      const query = request.query.size > 0 ? `?${request.query}` : '';
      return emptyReply(307, { Location: `//${hostname}:${port}/master${request.path}${query}` });
    }
    default:
      return undefined;
  }
}

/** An endpoint that only the leader answers; before it reads anything, others send the request on. */
export function onlyLeader(leadership: () => Leadership, handler: HttpHandler): HttpHandler {
  return (request) => notLeadingReply(leadership(), request) ?? handler(request);
}

/** The same for the calls, which wait for the registry: POST /api/v1 and /api/v1/scheduler. */
export function onlyRecovered(leadership: () => Leadership, handler: HttpHandler): HttpHandler {
  return onlyLeader(leadership, (request) =>
    leadership().kind === 'recovering'
      ? textReply(503, 'Master has not finished recovery')
      : handler(request),
  );
}

/** GET /redirect: where the leader is, also on the leader itself. */
export function redirectReply(
  leadership: Leadership,
  own: { readonly hostname: string; readonly port: number },
): HttpReply {
  if (leadership.kind === 'none') return textReply(503, 'No leader elected');
  const { hostname, port } = leadership.kind === 'other' ? leadership : own;
  return emptyReply(307, { Location: `//${hostname}:${port}` });
}
