import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** The headers by which a browser gives itself away. */
export interface BrowserHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | undefined;
}

/**
 * Whether a request is one that a browser makes for somebody else's page: from another origin, or with a name that only leads
 * here (DNS rebinding). Programs send none of these headers, and are let through.
 */
export function isForeignPage(headers: BrowserHeaders, ownNames: readonly string[]): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return true;
  if (origin === undefined && site === undefined) return false;
  if (!isOwnHost(host, ownNames)) return true;
  return origin !== undefined && hostOf(origin) !== host?.toLowerCase();
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

/** By a number, as localhost, or by one of the names of this machine. */
function isOwnHost(header: string | undefined, ownNames: readonly string[]): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(header ?? '')?.[1]?.toLowerCase();
  if (name === undefined || name === '') return false;
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true;
  return ['localhost', hostname(), ...ownNames].some((own) => own.toLowerCase() === name);
}
