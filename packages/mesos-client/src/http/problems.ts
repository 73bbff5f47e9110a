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

const UNTRUSTED = 'nobody whom we trust has signed its certificate; name the authority that did (tls.ca)';
const CERTIFICATE_WANTED =
  'it does not accept us without a certificate that it trusts (tls.certificate and tls.key)';
const NOT_TLS = 'it does not speak TLS; is it http rather than https?';

/** The same for what can go wrong with TLS. */
const TLS_REASONS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; check the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name (tls.serverName tells which to expect)',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: CERTIFICATE_WANTED,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: CERTIFICATE_WANTED,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: CERTIFICATE_WANTED,
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_TLS,
};

/** Who is at the other end, for messages. */
export type Peer = 'master' | 'agent';

const DEFAULT_PORTS: Readonly<Record<Peer, number>> = { master: 5050, agent: 5051 };

/** What went wrong when a request was sent, or while its answer was read. */
export function connectionProblem(url: URL, cause: unknown, peer: Peer = 'master'): MesosError {
  if (cause instanceof MesosError) {
    return cause;
  }
  const code = errorCode(cause);
  const reason = UNREACHABLE_REASONS[code];
  if (reason !== undefined) {
    return new MesosError('MESOS_UNREACHABLE', `no Mesos ${peer} answers at ${url.host}: ${reason}`, {
      cause,
    });
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (TLS_REASONS[code] !== undefined || code.startsWith('ERR_SSL_')) {
    const text = `no safe connection to the Mesos ${peer} at ${url.host}: ${TLS_REASONS[code] ?? detail}`;
    return new MesosError('MESOS_TLS', text, { cause });
  }
  if (cause instanceof Error && cause.name === 'HTTPParserError') {
    return notMaster(url, peer, 'it does not speak HTTP (perhaps https)', { cause });
  }
  const text = `the connection to ${peer} ${url.host} broke: ${detail}${hintOfSilence(url, cause)}`;
  return new MesosError('MESOS_CONNECTION_LOST', text, { cause });
}

/** What it may mean that the other side has closed a connection without a word; undici gives the socket's figures. */
function hintOfSilence(url: URL, cause: unknown): string {
  const closed = cause as { socket?: { bytesRead?: unknown } } | null | undefined;
  if (closed?.socket?.bytesRead !== 0) {
    return '';
  }
  return url.protocol === 'https:'
    ? ' without a word; does it ask for a certificate (tls.certificate and tls.key)?'
    : ' without a word; does it want https?';
}

/** How any Mesos process answers for a path that nobody has claimed, as long as its master or agent starts. */
const LIBPROCESS_NOT_FOUND = '404 Not Found.';

/** What an answer other than success means. Redirects are not for here. */
export function refusal(url: URL, status: number, text: string, peer: Peer = 'master'): MesosError {
  const words = text.trim();
  const options = { status, masterText: text };
  const said = words === '' ? '' : `: ${words}`;
  switch (status) {
    case 401:
      return new MesosError(
        'MESOS_UNAUTHENTICATED',
        `${peer} ${url.host} asks for credentials that it knows (401); check principal and secret`,
        options,
      );
    case 403:
      // The one 403 that is no matter of permission.
      return words === 'Framework is not subscribed'
        ? new MesosError(
            'MESOS_NOT_SUBSCRIBED',
            `${peer} ${url.host} says that the subscription is gone`,
            options,
          )
        : new MesosError('MESOS_FORBIDDEN', `${peer} ${url.host} does not allow it (403)${said}`, options);
    case 404:
      if (words === LIBPROCESS_NOT_FOUND) {
        const what = `it has no ${url.pathname} (404)`;
        const text = `no Mesos ${peer} serves at ${url.host} yet: ${what}; it only starts, or host and port are of another part of Mesos`;
        return new MesosError('MESOS_UNAVAILABLE', text, options);
      }
      return notMaster(url, peer, `it answers ${status} to ${url.pathname}`, options);
    case 405:
    case 501:
      return notMaster(url, peer, `it answers ${status} to ${url.pathname}`, options);
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return new MesosError(
        'MESOS_UNAVAILABLE',
        `${peer} ${url.host} cannot serve now (${status})${said}`,
        options,
      );
    default:
      return new MesosError(
        'MESOS_REFUSED',
        `${peer} ${url.host} refused the call (${status})${said}`,
        options,
      );
  }
}

function notMaster(
  url: URL,
  peer: Peer,
  why: string,
  options: { cause?: unknown; status?: number; masterText?: string },
) {
  return new MesosError(
    'MESOS_NOT_A_MASTER',
    `what answers at ${url.host} is no Mesos ${peer}: ${why}; check host and port (${DEFAULT_PORTS[peer]} unless set otherwise)`,
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
