// Spark's frames, without a connection: a question arrives in pieces, and gets its own body as the answer.
import { encodeFrame, FrameDecoder } from '@spark-mesos/spark-network';

const body = new TextEncoder().encode('ping');
const question = encodeFrame({ type: 'RpcRequest', requestId: 7n, body });
console.log(`${question.length} bytes`);

const decoder = new FrameDecoder({ maxFrameBytes: 1024 });
console.log(decoder.push(question.subarray(0, 10)).length, 'frames, waiting for the rest');
for (const frame of decoder.push(question.subarray(10))) {
  const answer = encodeFrame({ type: 'RpcResponse', requestId: frame.requestId, body: frame.body });
  for (const { type, requestId, body } of new FrameDecoder().push(answer)) {
    console.log(frame.type, '→', type, requestId, new TextDecoder().decode(body));
  }
}
