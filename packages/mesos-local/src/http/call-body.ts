import {
  codecOf,
  type DecodableClass,
  type MesosContentType,
  MesosProtoError,
} from '@spark-mesos/mesos-proto';
import { type HttpReply, type HttpRequest, textReply } from './messages.ts';

/** A call that could be read, or the answer that says why not. */
export type CallReading<T> =
  | { readonly ok: true; readonly call: T; readonly contentType: MesosContentType }
  | { readonly ok: false; readonly reply: HttpReply };

const MEDIA_TYPES: ReadonlyMap<string, MesosContentType> = new Map([
  ['application/json', 'json'],
  ['application/x-protobuf', 'protobuf'],
]);

function refused(status: number, text: string): { readonly ok: false; readonly reply: HttpReply } {
  return { ok: false, reply: textReply(status, text) };
}

/** Reads the body of a POST as a call, in the order of checks and with the texts of a real master. */
export async function readCall<T>(type: DecodableClass<T>, request: HttpRequest): Promise<CallReading<T>> {
  const mediaType = request.headers['content-type'];
  if (mediaType === undefined) return refused(400, "Expecting 'Content-Type' to be present");
  const contentType = MEDIA_TYPES.get(mediaType);
  if (contentType === undefined) {
    return refused(415, "Expecting 'Content-Type' of application/json or application/x-protobuf");
  }
  const bytes = await request.body();
  try {
    return { ok: true, call: codecOf(contentType).decode(type, bytes), contentType };
  } catch (error) {
    if (!(error instanceof MesosProtoError)) throw error;
    return refused(
      400,
      contentType === 'json' ? jsonProblem(error, bytes) : 'Failed to parse body into Call protobuf',
    );
  }
}

function jsonProblem(error: MesosProtoError, bytes: Uint8Array): string {
  if (error.code === 'MESOS_JSON_SYNTAX') {
    return `Failed to parse body into JSON: syntax error at ${syntaxErrorPlace(bytes)}`;
  }
  return `Failed to convert JSON into Call protobuf: ${error.detail ?? error.message}`;
}

/** Where it stops being JSON: the line, and what comes next on it. */
function syntaxErrorPlace(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  let position = text.length;
  try {
    JSON.parse(text);
  } catch (error) {
    const match = /position (\d+)/.exec((error as Error).message);
    if (match !== null) position = Number(match[1]);
    else if (!/end of JSON/.test((error as Error).message)) position = 0;
  }
  const line = text.slice(0, position).split('\n').length;
  return `line ${line} near: ${text.slice(position).split('\n', 1)[0] ?? ''}`;
}

/** The client can read nothing that we write. */
export function notAcceptableReply(): HttpReply {
  return textReply(406, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'");
}

/** What the client wants to read; JSON when it does not mind, undefined when it can read neither. */
export function acceptedContentType(accept: string | undefined): MesosContentType | undefined {
  if (accept === undefined || accept.trim() === '') return 'json';
  const wanted = accept
    .split(',')
    .map((part) => part.split(';').map((piece) => piece.trim().toLowerCase()))
    .filter(([, ...parameters]) => !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)))
    .map(([range]) => range);
  const takes = (mediaType: string) =>
    wanted.some((range) => range === mediaType || range === '*/*' || range === 'application/*');
  if (takes('application/json')) return 'json';
  return takes('application/x-protobuf') ? 'protobuf' : undefined;
}
