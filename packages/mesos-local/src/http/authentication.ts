import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpHandler, HttpReply, HttpRequest } from './messages.ts';
import { textReply } from './messages.ts';

/** Somebody who may come in, and what shows that it is them. */
export interface Credential {
  readonly principal: string;
  readonly secret: string;
}

/** Answers a request of somebody who has shown who they are; without credentials everybody is nobody. */
export type PrincipalHandler = (
  request: HttpRequest,
  principal: string | undefined,
) => HttpReply | Promise<HttpReply>;

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** HTTP basic authentication, as Mesos has it: every realm takes the same principals. */
export class Authentication {
  readonly #digests: ReadonlyMap<string, Buffer> | undefined;

  /** Without credentials everybody may come in. */
  constructor(credentials: readonly Credential[] | undefined) {
    this.#digests =
      credentials && new Map(credentials.map(({ principal, secret }) => [principal, digest(secret)]));
  }

  get isRequired(): boolean {
    return this.#digests !== undefined;
  }

  /** The handler behind a check; whoever fails it is told the realm. */
  guard(realm: string, handler: PrincipalHandler): HttpHandler {
    return (request) => {
      if (this.#digests === undefined) return handler(request, undefined);
      const principal = this.#principalOf(request.headers.authorization);
      if (principal !== undefined) return handler(request, principal);
      return textReply(401, '401 Unauthorized.', { 'WWW-Authenticate': `Basic realm="${realm}"` });
    };
  }

  /** The same for all paths but a few. */
  guardAllBut(open: readonly string[], realm: string, handler: HttpHandler): HttpHandler {
    const guarded = this.guard(realm, handler);
    return (request) => (open.includes(request.path) ? handler(request) : guarded(request));
  }

  #principalOf(header: string | undefined): string | undefined {
    const [, encoded] = /^Basic ([\w+/]+=*)$/.exec(header ?? '') ?? [];
    if (encoded === undefined) return undefined;
    const [, principal = '', secret = ''] =
      /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    const known = this.#digests?.get(principal);
    // Compared even when there is no such principal, so that the time says nothing.
    const fits = timingSafeEqual(digest(secret), known ?? digest(''));
    return known !== undefined && fits ? principal : undefined;
  }
}

/** What is wrong when a framework is of another principal than the one who calls, in Mesos's words. */
export function principalProblem(
  authenticated: string | undefined,
  ofFramework: string | null | undefined,
): string | undefined {
  if (authenticated === undefined || !ofFramework || authenticated === ofFramework) return undefined;
  return `Authenticated principal '${authenticated}' does not match principal '${ofFramework}' set in \`FrameworkInfo\``;
}
