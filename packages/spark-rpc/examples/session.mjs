// Two ends of a connection of Spark's RPC, with no socket between them: bytes in, events out.
import { readObjectStream, writeObjectStream } from '@spark-mesos/java-serialization';
import { formatEndpointAddress, RpcSession } from '@spark-mesos/spark-rpc';

const receiver = { host: '127.0.0.1', port: 7077 };
const [asking, answering] = [new RpcSession(), new RpcSession()];

const content = writeObjectStream('are you there?');
const question = asking.request(1n, { sender: undefined, receiver, endpoint: 'Master', content });
for (const event of answering.push(question)) {
  if (event.kind !== 'request') continue;
  const { endpoint } = event.envelope;
  const asked = readObjectStream(event.envelope.content);
  console.log(`${formatEndpointAddress(endpoint, receiver)} is asked: ${asked}`);
  const answer = answering.respond(event.requestId, writeObjectStream('yes'));
  for (const { kind, content } of asking.push(answer)) console.log(kind, readObjectStream(content));
}
