/** The protocol that is spoken here, and the highest that there is. */
export const PROTOCOL_VERSION = 'v1';

/** The status for a protocol that is not known; Spark's own choice. */
export const UNKNOWN_VERSION_STATUS = 468;

/** What the path of a request asks for, and with which method it has to be asked. */
export type V1Target =
  | { readonly kind: 'create'; readonly method: 'GET' | 'POST' }
  | { readonly kind: 'readyz'; readonly method: 'GET' | 'POST' }
  | { readonly kind: 'killAll' | 'clear'; readonly method: 'GET' | 'POST' }
  | { readonly kind: 'kill' | 'status'; readonly method: 'GET' | 'POST'; readonly submissionId?: string }
  | {
      readonly kind: 'nowhere';
      readonly status: number;
      readonly message: string;
      readonly highestProtocolVersion?: string;
    };

const ADVICE = 'Please submit requests through http://[host]:[port]/v1/submissions/...';

/**
 * Reads a path of the submission protocol (rules D15, D20a): `/v1/submissions/<action>[/<id>[/…]]`. `killall`, `clear` and
 * `readyz` are those of Spark 4's standalone master.
 */
export function readV1Path(path: string): V1Target {
  const [version, prefix, action, id] = path.split('/').filter((part) => part !== '');
  if (version === undefined) return nowhere('Missing protocol version.');
  if (version === PROTOCOL_VERSION && prefix === undefined) {
    return nowhere('Missing the /submissions prefix.');
  }
  if (version !== PROTOCOL_VERSION || prefix !== 'submissions') return unknownVersion(version);
  const submissionId = id === undefined ? {} : { submissionId: decoded(id) };
  switch (action) {
    case 'create':
      return { kind: 'create', method: 'POST' };
    case 'kill':
      return { kind: 'kill', method: 'POST', ...submissionId };
    case 'status':
      return { kind: 'status', method: 'GET', ...submissionId };
    case 'killall':
      return { kind: 'killAll', method: 'POST' };
    case 'clear':
      return { kind: 'clear', method: 'POST' };
    case 'readyz':
      return { kind: 'readyz', method: 'GET' };
    default:
      return nowhere('Missing an action: please specify one of /create, /kill, or /status.');
  }
}

function nowhere(sentence: string): V1Target {
  return { kind: 'nowhere', status: 400, message: `${sentence} ${ADVICE}` };
}

function unknownVersion(version: string): V1Target {
  return {
    kind: 'nowhere',
    status: UNKNOWN_VERSION_STATUS,
    message: `Unknown protocol version '${decoded(version)}'. ${ADVICE}`,
    highestProtocolVersion: PROTOCOL_VERSION,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
