import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DispatcherError } from '../errors.ts';
import { LEAST_KEY_BYTES } from './jws.ts';
import { ROLES, type Role } from './roles.ts';

/** Who may do what. */
export interface AccessRules {
  /** What those may who show nothing; undefined: nothing at all. */
  readonly anonymous?: Role | undefined;
  readonly tokens: readonly TokenRule[];
  readonly jws?: JwsRule | undefined;
  readonly certificates: readonly CertificateRule[];
}

/** A token that is shown as it is. */
export interface TokenRule {
  readonly name: string;
  readonly role: Role;
  /** So that the token itself is in nobody's memory. */
  readonly sha256: Uint8Array;
}

/** Tokens that are signed with a key. */
export interface JwsRule {
  readonly key: Uint8Array;
  readonly requireExpiration: boolean;
  /** Of tokens that have no claim `role`. */
  readonly role: Role;
}

/** A certificate by its subject's common name; `*` is any that the trust store trusts. */
export interface CertificateRule {
  readonly commonName: string;
  readonly role: Role;
}

/** Nothing is asked of anybody, as it was in the original. */
export const OPEN_ACCESS: AccessRules = { anonymous: 'admin', tokens: [], certificates: [] };

const role = z.enum(ROLES, { error: `is none of ${ROLES.join(', ')}` });
const key = z
  .string()
  .transform((text) => Buffer.from(text, 'base64url'))
  .refine((bytes) => bytes.byteLength >= LEAST_KEY_BYTES, {
    error: `has fewer than ${LEAST_KEY_BYTES} bytes; give it in base64url`,
  });

const tokenShape = z
  .strictObject({
    name: z.string().min(1),
    role,
    token: z.string().min(16, { error: 'has fewer than 16 characters' }).optional(),
    sha256: z.hash('sha256', { error: 'is no SHA-256 in hexadecimal' }).optional(),
  })
  .refine(({ token, sha256 }) => (token === undefined) !== (sha256 === undefined), {
    error: "has to have either 'token' or 'sha256'",
  });

const fileShape = z.strictObject({
  anonymous: z.union([role, z.literal('none')]).optional(),
  tokens: z.array(tokenShape).default([]),
  jws: z
    .strictObject({
      secretKey: key,
      requireExpiration: z.boolean().default(false),
      role: role.default('submitter'),
    })
    .optional(),
  certificates: z.array(z.strictObject({ commonName: z.string().min(1), role })).default([]),
});

/**
 * Reads a file of access rules, which is JSON:
 *
 * ```json
 * { "anonymous": "viewer",
 *   "tokens": [{ "name": "nightly", "role": "submitter", "sha256": "9f86d0…" }],
 *   "jws": { "secretKey": "base64url", "role": "submitter" },
 *   "certificates": [{ "commonName": "operations", "role": "admin" }] }
 * ```
 *
 * A problem names the place and never the value.
 */
export function parseAccessRules(text: string): AccessRules {
  const read = fileShape.safeParse(jsonOf(text));
  if (!read.success) {
    const problems = read.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
    );
    throw new DispatcherError('DISPATCHER_SETTINGS', `access rules: ${problems.join('; ')}`);
  }
  const { anonymous, tokens, jws, certificates } = read.data;
  return {
    anonymous: anonymous === 'none' ? undefined : anonymous,
    tokens: tokens.map(({ name, role: ofToken, token, sha256 = '' }) => ({
      name,
      role: ofToken,
      sha256: token === undefined ? Buffer.from(sha256, 'hex') : sha256Of(token),
    })),
    jws: jws && { key: jws.secretKey, requireExpiration: jws.requireExpiration, role: jws.role },
    certificates,
  };
}

const FILTERS = 'spark.master.rest.filters';
const JWS_FILTER = 'org.apache.spark.ui.JWSFilter';

/** The rule that Spark 4's own settings make: its filter before the REST server, and the key of it. */
export function jwsRuleOfSpark(properties: ReadonlyMap<string, string>): JwsRule | undefined {
  const filters = (properties.get(FILTERS) ?? '').split(',').map((name) => name.trim());
  if (!filters.includes(JWS_FILTER)) return undefined;
  const parameter = (name: string) => properties.get(`spark.${JWS_FILTER}.param.${name}`);
  const read = key.safeParse(parameter('secretKey') ?? '');
  if (!read.success) {
    throw new DispatcherError(
      'DISPATCHER_SETTINGS',
      `spark.${JWS_FILTER}.param.secretKey ${read.error.issues[0]?.message}`,
    );
  }
  const requireExpiration = parameter('requireExpiration')?.trim().toLowerCase() === 'true';
  return { key: read.data, requireExpiration, role: 'submitter' };
}

/** What is compared instead of a token. */
export function sha256Of(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DispatcherError('DISPATCHER_SETTINGS', 'access rules: the file is no JSON');
  }
}
