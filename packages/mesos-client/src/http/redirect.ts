import { MesosError } from '../errors.ts';
import type { ChannelResponse } from './channel.ts';

/** Where a redirect leads; Mesos leaves the scheme out (`//host:port/path`). Undefined when this is none. */
export function redirectTarget(from: URL, response: ChannelResponse): URL | undefined {
  const location = response.header('location');
  if (response.status < 300 || response.status > 399 || location === undefined) {
    return undefined;
  }
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  // Credentials go where the redirect leads: never out of TLS.
  if (target?.protocol !== from.protocol) {
    throw new MesosError('MESOS_PROTOCOL', `master ${from.host} redirects to ${JSON.stringify(location)}`);
  }
  return target;
}
