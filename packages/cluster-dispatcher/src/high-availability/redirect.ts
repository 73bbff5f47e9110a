import type { IncomingMessage } from 'node:http';
import { RequestProblem } from '../rest/problem.ts';
import type { LeaderCard } from './leader-card.ts';

/** What is asked of this very process, whoever leads. */
const OWN_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Where a request is sent while another dispatcher leads; undefined where it is answered here.
 *
 * With 307 a client asks again as it did, with the same method and body; the one in Spark does so too. Its token is not sent on by
 * browsers and most clients to another host: those that need one ask there themselves.
 */
export function redirectTo(
  leader: LeaderCard,
  { url = '/', socket }: IncomingMessage,
  isWebPort: boolean,
): RequestProblem | undefined {
  if (OWN_PATHS.has(url.replace(/\?.*/s, ''))) return undefined;
  const base = isWebPort ? leader.webUrl : leader.submissionUrl;
  const isSecure = (socket as { readonly encrypted?: boolean }).encrypted === true;
  // Somebody may ask for a whole URL, as one asks a proxy.
  const location = `${isSecure ? base.replace(/^http:/, 'https:') : base}${url.startsWith('/') ? url : '/'}`;
  return new RequestProblem(307, 'REQUEST_ELSEWHERE', `another dispatcher leads: ${base}`, {
    headers: { location },
  });
}
