import { timingSafeEqual } from 'node:crypto';
import { type AccessRules, sha256Of } from './access-file.ts';
import { verifyJws } from './jws.ts';
import { type Principal, ROLES, type Role } from './roles.ts';

/** What somebody shows. */
export interface Credentials {
  /** The header `Authorization`. */
  readonly authorization?: string | undefined;
  /** The common name of a certificate that is trusted. */
  readonly certificateName?: string | undefined;
}

/** Who it is, or why that is not believed. */
export type AccessDecision =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly reason: string };

const BEARER = /^Bearer +(\S+)$/i;

/** Tells who somebody is by what is shown. */
export class Access {
  readonly #rules: AccessRules;
  readonly #now: () => number;

  constructor(rules: AccessRules, now: () => number = Date.now) {
    this.#rules = rules;
    this.#now = now;
  }

  /** What is shown counts, and what is shown in vain is refused: nobody falls back to being anonymous. */
  decide({ authorization, certificateName }: Credentials): AccessDecision {
    if (authorization !== undefined) {
      const token = BEARER.exec(authorization)?.[1];
      if (token === undefined) return refused("the header Authorization has to be 'Bearer <token>'");
      return this.ofToken(token);
    }
    if (certificateName !== undefined) {
      const found = this.#ofCertificate(certificateName);
      if (found !== undefined) return { ok: true, principal: found };
    }
    const { anonymous } = this.#rules;
    if (anonymous !== undefined) return { ok: true, principal: { role: anonymous, by: 'anonymous' } };
    return refused("a token is needed: give the header 'Authorization: Bearer <token>'");
  }

  /** A token that came some other way than in a header. */
  ofToken(token: string): AccessDecision {
    const { tokens, jws } = this.#rules;
    const given = sha256Of(token);
    // All are compared, so that the time does not tell which one was near.
    const [match] = tokens.filter(({ sha256 }) => timingSafeEqual(sha256, given));
    if (match !== undefined) {
      return { ok: true, principal: { name: match.name, role: match.role, by: 'token' } };
    }
    if (jws === undefined) return refused('the token is not known here');
    const verified = verifyJws(token, jws.key, this.#now(), jws);
    if (!verified.ok) return verified;
    const { sub, role } = verified.claims;
    if (role !== undefined && !isRole(role))
      return refused('the role in the token is none that is known here');
    return {
      ok: true,
      principal: { ...(sub === undefined ? {} : { name: sub }), role: role ?? jws.role, by: 'jws' },
    };
  }

  #ofCertificate(commonName: string): Principal | undefined {
    const { certificates } = this.#rules;
    const rule =
      certificates.find((known) => known.commonName === commonName) ??
      certificates.find((known) => known.commonName === '*');
    return rule && { name: commonName, role: rule.role, by: 'certificate' };
  }
}

function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}

function refused(reason: string): AccessDecision {
  return { ok: false, reason };
}
