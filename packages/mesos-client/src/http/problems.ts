import { MesosError } from '../errors.ts';

/** Text of a connection's failure, by the code that Node or undici gives it. */
const UNREACHABLE_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused; check the address, and that the master runs there',
  ENOTFOUND: 'the host name is not known; check its spelling',
  EAI_AGAIN: 'the host name cannot be looked up now; check the network and its name servers',
  EHOSTUNREACH: 'there is no route to the host; check the network',
  ENETUNREACH: 'there is no route to the network; check the network',
  ETIMEDOUT: 'the connection was not answered in time; check the address, and firewalls on the way',
  UND_ERR_CONNECT_TIMEOUT:
    'the connection was not answered in time; check the address, and firewalls on the way',
};

/** What went wrong when a request was sent, or while its answer was read. */
export function connectionProblem(url: URL, cause: unknown): MesosError {
  if (cause instanceof MesosError) {
    return cause;
  }
  const code = errorCode(cause);
  const reason = UNREACHABLE_REASONS[code];
  if (reason !== undefined) {
    return new MesosError('MESOS_UNREACHABLE', `no Mesos master answers at ${url.host}: ${reason}`, {
      cause,
    });
  }
  if (cause instanceof Error && cause.name === 'HTTPParserError') {
    return notMaster(url, 'it does not speak HTTP', { cause });
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new MesosError('MESOS_CONNECTION_LOST', `the connection to master ${url.host} broke: ${detail}`, {
    cause,
  });
}

/** What an answer other than success means. Redirects are not for here. */
export function refusal(url: URL, status: number, text: string): MesosError {
  const words = text.trim();
  const options = { status, masterText: text };
  const said = words === '' ? '' : `: ${words}`;
  switch (status) {
    case 401:
      return new MesosError(
        'MESOS_UNAUTHENTICATED',
        `master ${url.host} asks for credentials that it knows (401); check principal and secret`,
        options,
      );
    case 403:
      // The one 403 that is no matter of permission.
      return words === 'Framework is not subscribed'
        ? new MesosError(
            'MESOS_NOT_SUBSCRIBED',
            `master ${url.host} says that the subscription is gone`,
            options,
          )
        : new MesosError('MESOS_FORBIDDEN', `master ${url.host} does not allow it (403)${said}`, options);
    case 404:
    case 405:
    case 501:
      return notMaster(url, `it answers ${status} to ${url.pathname}`, options);
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return new MesosError(
        'MESOS_UNAVAILABLE',
        `master ${url.host} cannot serve now (${status})${said}`,
        options,
      );
    default:
      return new MesosError(
        'MESOS_REFUSED',
        `master ${url.host} refused the call (${status})${said}`,
        options,
      );
  }
}

function notMaster(
  url: URL,
  why: string,
  options: { cause?: unknown; status?: number; masterText?: string },
) {
  return new MesosError(
    'MESOS_NOT_A_MASTER',
    `what answers at ${url.host} is no Mesos master: ${why}; check host and port (5050 unless set otherwise)`,
    options,
  );
}

/** The code of the innermost reason: undici wraps, and several addresses of a host fail together. */
function errorCode(error: unknown): string {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; depth += 1) {
    const code = (current as { code?: unknown }).code;
    if (typeof code === 'string') {
      return code;
    }
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return '';
}
