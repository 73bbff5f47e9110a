import { JavaObject, type JavaValue, readObjectStream } from '@spark-mesos/java-serialization';
import { SparkRpcError } from './errors.ts';

const FAILURE_CLASS = 'org.apache.spark.rpc.netty.RpcFailure';
const MAX_CAUSES = 8;

/** Reads an answer; an exception that the peer's endpoint answered with is thrown. */
export function decodeAnswer(content: Uint8Array): JavaValue {
  const answer = readObjectStream(content);
  if (answer instanceof JavaObject && answer.className === FAILURE_CLASS) {
    throw new SparkRpcError('SPARK_RPC_REMOTE_FAILURE', describeThrowable(answer.fields.get('e') ?? null));
  }
  return answer;
}

/** A `java.lang.Throwable` with its causes, in one line. */
function describeThrowable(throwable: JavaValue): string {
  const parts: string[] = [];
  let current: JavaValue | undefined = throwable;
  while (current instanceof JavaObject && parts.length < MAX_CAUSES) {
    const message = current.fields.get('detailMessage');
    parts.push(typeof message === 'string' ? `${current.className}: ${message}` : current.className);
    const cause: JavaValue | undefined = current.fields.get('cause');
    // A Throwable without a cause is its own.
    if (cause === current) break;
    current = cause;
  }
  return parts.join('; caused by ') || 'the peer answered with an error that says nothing';
}
