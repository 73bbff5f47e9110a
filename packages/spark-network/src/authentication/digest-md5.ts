import { createHash } from 'node:crypto';
import { authenticationFailed } from './failure.ts';

/** What Spark says its service is, since it gives SASL neither a protocol nor a server's name. */
export const DIGEST_URI = 'null/default';
export const REALM = 'default';
/** A connection's `nc`: no Spark authenticates a second time with one nonce. */
export const NONCE_COUNT = '00000001';
/** How much a side takes at once, after RFC 2831. */
export const DEFAULT_MAX_BUFFER_BYTES = 65_536;

/** Quality of protection: authentication alone, or with each message encrypted. */
export type SaslProtection = 'auth' | 'auth-conf';

/** A challenge or a response: its directives by name, in order. */
export type Directives = ReadonlyMap<string, string>;

/** More than any challenge or response needs. */
const MAX_TOKEN_BYTES = 4096;
const DIRECTIVE = /\s*,*\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)/y;

/** Reads `name=value,name="value"`, after RFC 2831, section 7.1; a name that comes twice is an error. */
export function parseDirectives(token: Uint8Array): Directives {
  if (token.byteLength > MAX_TOKEN_BYTES) throw authenticationFailed('a SASL token is too long');
  const text = Buffer.from(token.buffer, token.byteOffset, token.byteLength).toString('utf8');
  const directives = new Map<string, string>();
  DIRECTIVE.lastIndex = 0;
  while (DIRECTIVE.lastIndex < text.length) {
    const match = DIRECTIVE.exec(text);
    if (match === null) throw authenticationFailed('a SASL token is malformed');
    const [, name = '', quoted, plain = ''] = match;
    if (directives.has(name)) throw authenticationFailed(`a SASL token has ${name} twice`);
    directives.set(name, quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, '$1'));
  }
  return directives;
}

/** Writes directives; the values that are to be quoted are given with their quotes. */
export function formatDirectives(directives: readonly (readonly [string, string])[]): Uint8Array {
  return Buffer.from(directives.map(([name, value]) => `${name}=${value}`).join(','));
}

/** A quoted value. */
export function quoted(value: string): string {
  return `"${value.replaceAll(/(["\\])/g, '\\$1')}"`;
}

/** What both sides know when they prove to each other that they have the secret. */
export interface DigestInput {
  readonly user: string;
  readonly secret: string;
  readonly nonce: string;
  readonly clientNonce: string;
  readonly protection: SaslProtection;
}

/** The name and the password of Spark's SASL are these in base64. */
export function encodedName(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}

/** H(A1) of `md5-sess`, from which the keys of auth-conf are derived, too. */
export function sessionHash({ user, secret, nonce, clientNonce }: DigestInput): Buffer {
  const account = md5(`${encodedName(user)}:${REALM}:${encodedName(secret)}`);
  return md5(Buffer.concat([account, Buffer.from(`:${nonce}:${clientNonce}`)]));
}

/** The client's proof (`response`), or the server's (`rspauth`): 32 hexadecimal digits. */
export function digestProof(input: DigestInput, side: 'client' | 'server'): Buffer {
  const { nonce, clientNonce, protection } = input;
  const method = side === 'client' ? 'AUTHENTICATE' : '';
  const integrity = protection === 'auth' ? '' : `:${'0'.repeat(32)}`;
  const actions = md5(`${method}:${DIGEST_URI}${integrity}`).toString('hex');
  const session = sessionHash(input).toString('hex');
  const proof = `${session}:${nonce}:${NONCE_COUNT}:${clientNonce}:${protection}:${actions}`;
  return Buffer.from(md5(proof).toString('hex'));
}

function md5(content: string | Uint8Array): Buffer {
  return createHash('md5').update(content).digest();
}
