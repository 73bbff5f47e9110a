import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Logger } from '@spark-mesos/scheduler-utils';
import type { Access } from '../security/access.ts';
import { isForeignPage } from '../security/browser-guard.ts';
import { RateLimit, type RateLimitRules, VAIN_ATTEMPTS } from '../security/rate-limit.ts';
import { includesRole, type Principal, type Role } from '../security/roles.ts';
import { RequestProblem } from './problem.ts';

/** What a {@link Gate} is made of. */
export interface GateOptions {
  readonly access: Access;
  /** Of requests that change something, for each client; none where it is not given. */
  readonly rateLimit?: RateLimitRules | undefined;
  /** Names of this machine beside its own, for browsers. */
  readonly hosts: readonly string[];
  /** Whether plain HTTP is refused; then only HTTPS is answered. */
  readonly secureOnly: boolean;
  readonly logger: Logger;
}

/** The parts of a request that decide whether it is let in. */
export interface Visitor {
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** Lets requests in, or throws a {@link RequestProblem}. */
export class Gate {
  readonly #options: GateOptions;
  readonly #vain = new RateLimit(VAIN_ATTEMPTS);
  readonly #rate: RateLimit | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#rate = options.rateLimit && new RateLimit(options.rateLimit);
  }

  /** Who asks, if that one has the role. */
  admit(visitor: Visitor, needed: Role): Principal {
    const address = visitor.socket.remoteAddress ?? '';
    if (this.#options.secureOnly && !isSecure(visitor.socket)) {
      throw new RequestProblem(403, 'REQUEST_NOT_SECURE', 'only HTTPS is answered here');
    }
    if (isForeignPage(visitor.headers, this.#options.hosts)) {
      throw new RequestProblem(403, 'REQUEST_FOREIGN_PAGE', 'pages of other origins are not answered');
    }
    const principal = this.#authenticate(visitor, address);
    if (!includesRole(principal.role, needed)) {
      throw new RequestProblem(
        403,
        'REQUEST_FORBIDDEN',
        `the role ${needed} is needed, not ${principal.role}`,
      );
    }
    return principal;
  }

  /** Counts a request that changes something, and writes down whose it is. */
  count(principal: Principal, visitor: Visitor): void {
    const { name, role, by } = principal;
    const { method, url, socket } = visitor;
    const fields = { name, role, by, address: socket.remoteAddress, method, path: url?.split('?', 1)[0] };
    this.#options.logger.info(fields, 'a request to change something');
    const waitMs = this.#rate?.take(principal.name ?? visitor.socket.remoteAddress ?? '') ?? 0;
    if (waitMs > 0) throw tooMany(waitMs);
  }

  /** Who that is by a token that came inside a request, as Spark's own clients can send no header. */
  byToken(token: string, visitor: Visitor, needed: Role): Principal {
    const authorization = `Bearer ${token}`;
    return this.admit({ socket: visitor.socket, headers: { ...visitor.headers, authorization } }, needed);
  }

  #authenticate(visitor: Visitor, address: string): Principal {
    if (this.#vain.isEmpty(address)) throw tooMany(this.#vain.take(address));
    const decision = this.#options.access.decide({
      authorization: visitor.headers.authorization,
      certificateName: certificateName(visitor.socket),
    });
    if (decision.ok) return decision.principal;
    if (visitor.headers.authorization !== undefined) this.#vain.take(address);
    throw new RequestProblem(401, 'REQUEST_UNAUTHENTICATED', decision.reason, {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
}

function tooMany(waitMs: number): RequestProblem {
  return new RequestProblem(429, 'REQUEST_RATE', 'too many requests; try again later', {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) },
  });
}

function isSecure(socket: Socket): socket is TLSSocket {
  return (socket as Partial<TLSSocket>).encrypted === true;
}

/** Of a certificate that the trust store trusts; others are as good as none. */
function certificateName(socket: Socket): string | undefined {
  if (!isSecure(socket) || !socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate() as { subject?: { CN?: string | string[] } };
  const name = subject?.CN;
  return Array.isArray(name) ? name[0] : name;
}
