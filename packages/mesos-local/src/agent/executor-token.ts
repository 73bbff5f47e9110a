import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whom a token speaks for. */
export interface ExecutorClaims {
  /** The executor's container. */
  readonly cid: string;
  /** The executor. */
  readonly eid: string;
  /** The framework. */
  readonly fid: string;
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signatureOf(text: string, key: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** The token with which an executor shows its agent who it is: a JSON Web Token (RFC 7519), HS256. */
export function executorToken({ cid, eid, fid }: ExecutorClaims, key: string): string {
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ cid, eid, fid })}`;
  return `${text}.${signatureOf(text, key).toString('base64url')}`;
}

/** Whom a token speaks for; undefined when it was not signed with this key. */
export function readExecutorToken(token: string, key: string): Partial<ExecutorClaims> | undefined {
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  if (more.length > 0) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const right = signatureOf(`${header}.${payload}`, key);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const { alg } = (readPart(header) ?? {}) as { alg?: unknown };
  const claims = readPart(payload);
  return alg === 'HS256' ? (claims as Partial<ExecutorClaims> | undefined) : undefined;
}

function readPart(text: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
