import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** A key of HS256 has to be as long as its hash (RFC 7518, 3.2). */
export const LEAST_KEY_BYTES = 32;

/** Longer than any token that a person or a program was given. */
const LONGEST_TOKEN = 8192;

/** The claims that are looked at; there may be others. */
export interface JwsClaims {
  /** Seconds since 1970. */
  readonly exp?: number | undefined;
  readonly nbf?: number | undefined;
  readonly sub?: string | undefined;
  readonly role?: string | undefined;
}

/** A token that was signed with our key and is good now, or why it is not taken. */
export type VerifiedJws =
  | { readonly ok: true; readonly claims: JwsClaims }
  | { readonly ok: false; readonly reason: string };

const headerShape = z.object({ alg: z.literal('HS256'), crit: z.undefined().optional() });
const claimsShape = z.object({
  exp: z.number().optional(),
  nbf: z.number().optional(),
  sub: z.string().optional(),
  role: z.string().optional(),
});

/**
 * Reads a compact JWS with HMAC-SHA256 (RFC 7515), as `org.apache.spark.ui.JWSFilter` of Spark 4 takes it. No other algorithm
 * is taken, whatever the header says.
 */
export function verifyJws(
  token: string,
  key: Uint8Array,
  nowMs: number,
  { requireExpiration = false }: { readonly requireExpiration?: boolean } = {},
): VerifiedJws {
  const [header, payload, signature, ...more] = token.length > LONGEST_TOKEN ? [] : token.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    return refused('the token is no JWS');
  }
  const wanted = createHmac('sha256', key).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.byteLength !== wanted.byteLength || !timingSafeEqual(given, wanted)) {
    return refused('the token is not signed with the key of the dispatcher');
  }
  if (!headerShape.safeParse(jsonOf(header)).success) return refused('the token is not signed with HS256');
  const claims = claimsShape.safeParse(jsonOf(payload));
  if (!claims.success) return refused('the claims of the token are malformed');
  const { exp, nbf } = claims.data;
  if (exp === undefined && requireExpiration)
    return refused('the token never expires, which is not allowed here');
  if (exp !== undefined && exp * 1000 <= nowMs) return refused('the token has expired');
  if (nbf !== undefined && nbf * 1000 > nowMs) return refused('the token is not valid yet');
  return { ok: true, claims: claims.data };
}

function refused(reason: string): VerifiedJws {
  return { ok: false, reason };
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
