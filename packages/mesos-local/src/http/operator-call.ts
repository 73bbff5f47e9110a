import {
  codecOf,
  type DecodableClass,
  type EncodableClass,
  type MesosContentType,
} from '@spark-mesos/mesos-proto';
import { hasField } from '../message-fields.ts';
import { acceptedContentType, notAcceptableReply, readCall } from './call-body.ts';
import { type HttpReply, type HttpRequest, methodReply, textReply } from './messages.ts';

/** The calls of operators that a master or an agent takes. */
export interface OperatorCalls<C> {
  readonly callClass: DecodableClass<C>;
  /** As the messages name it: `master::Call`. */
  readonly name: string;
  /** The names of the types by their numbers. */
  readonly types: Readonly<Record<number, string | number>>;
  /** Types that need the part of the call that bears their name. */
  readonly withPart: ReadonlySet<number>;
}

/** A call that is as it should be, with the form that its answer is to have; or the answer that says what it lacks. */
export type OperatorCallReading<C> =
  | { readonly ok: true; readonly call: C; readonly contentType: MesosContentType }
  | { readonly ok: false; readonly reply: HttpReply };

/** Reads a call with the checks in Mesos's order: method, content type, body, the call itself, Accept. */
export async function readOperatorCall<C extends { type?: number | null }>(
  calls: OperatorCalls<C>,
  request: HttpRequest,
): Promise<OperatorCallReading<C>> {
  if (request.method !== 'POST') return { ok: false, reply: methodReply(request.method) };
  const reading = await readCall(calls.callClass, request);
  if (!reading.ok) return reading;
  const { call } = reading;
  const problem = callProblem(calls, call);
  if (problem !== undefined) {
    return { ok: false, reply: textReply(400, `Failed to validate ${calls.name}: ${problem}`) };
  }
  const contentType = acceptedContentType(request.headers.accept);
  return contentType === undefined
    ? { ok: false, reply: notAcceptableReply() }
    : { ok: true, call, contentType };
}

/** What a call lacks, in the words of a real master. */
function callProblem<C extends { type?: number | null }>(
  { types, withPart }: OperatorCalls<C>,
  call: C,
): string | undefined {
  const name = types[call.type ?? -1];
  if (!hasField(call, 'type') || typeof name !== 'string') return "Expecting 'type' to be present";
  const part = name.toLowerCase();
  const field = part.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof C;
  const lacksPart = withPart.has(call.type ?? -1) && !hasField(call, field);
  return lacksPart ? `Expecting '${part}' to be present` : undefined;
}

/** An answer in the form that was asked for, with all defaults as a real master writes them. */
export function answerReply<R>(
  responseClass: EncodableClass<R>,
  response: R,
  contentType: MesosContentType,
): HttpReply {
  const codec = codecOf(contentType, { defaults: true });
  const body = codec.encode(responseClass, response);
  return { kind: 'body', status: 200, headers: { 'Content-Type': codec.mediaType }, body };
}
