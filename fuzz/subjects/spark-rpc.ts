import { readObjectStream } from '../../packages/java-serialization/src/index.ts';
import { decodeAnswer } from '../../packages/spark-rpc/src/answers.ts';
import {
  decodeEnvelope,
  decodeMasterMessage,
  parseRpcAddress,
  RpcSession,
} from '../../packages/spark-rpc/src/index.ts';
import { decodeRegisterExecutor } from '../../packages/spark-rpc/src/relay/register-executor.ts';
import { decodeStatusUpdate } from '../../packages/spark-rpc/src/relay/task-states.ts';
import {
  HeardGate,
  launchTask,
  RELAYED_SPARKS,
  registeredSession,
} from '../../packages/spark-rpc/test/relay/recorded.ts';
import { halves, type Subject, textSubject } from '../subject.ts';
import { recorded } from './fixtures.ts';

const LONGEST = 1024 * 1024;

const frames = recorded('spark-rpc', 'frames', /\.bin$/, 8192);
const relayed = recorded('spark-rpc', 'relay', /\.bin$/, 8192);

const events = [...frames, ...relayed].flatMap((frame) => {
  try {
    return new RpcSession().push(frame);
  } catch {
    // Bytes of an encrypted connection.
    return [];
  }
});
const contents = events.flatMap((event) => ('envelope' in event ? [event.envelope.content] : []));
const answers = events.flatMap((event) => (event.kind === 'response' ? [event.content] : []));
/** Bodies of frames: an envelope each. */
const bodies = frames.map((frame) => frame.subarray(21)).filter((body) => body.length > 0);
const named = (name: RegExp) =>
  recorded('spark-rpc', 'relay', name, 65_536)
    .flatMap((frame) => new RpcSession().push(frame))
    .flatMap((event) => ('envelope' in event ? [event.envelope.content] : []));

const relay = (side: 'driver' | 'executor'): readonly Subject[] =>
  RELAYED_SPARKS.map((spark) => ({
    name: `what a relay hears of ${side === 'driver' ? 'a driver' : 'an executor'} of Spark ${spark}`,
    golden: [...relayed, launchTask(spark, 1)],
    read: (bytes) => {
      const session = registeredSession(spark, new HeardGate());
      for (const half of halves(bytes)) {
        if (side === 'driver') session.fromDriver(half);
        else session.fromExecutor(half, () => {});
        session.takeOutput();
      }
    },
  }));

export const SPARK_RPC_SUBJECTS: readonly Subject[] = [
  {
    name: "the frames of Spark's RPC",
    golden: frames,
    read: (bytes) => {
      const session = new RpcSession({ maxFrameBytes: LONGEST });
      return halves(bytes).map((half) => session.push(half));
    },
  },
  {
    name: 'the frames of strangers, where authentication is wanted',
    golden: frames,
    read: (bytes) => {
      const session = new RpcSession({ server: { secretOf: () => 's3cret' } });
      return halves(bytes).map((half) => session.push(half));
    },
  },
  { name: 'envelopes of RPC', golden: bodies, read: decodeEnvelope },
  {
    name: 'messages to a master',
    golden: contents,
    read: (bytes) => decodeMasterMessage(readObjectStream(bytes)),
  },
  { name: 'answers of a driver', golden: answers, read: decodeAnswer },
  { name: 'RegisterExecutor', golden: named(/RegisterExecutor/), read: decodeRegisterExecutor },
  { name: 'StatusUpdate', golden: named(/StatusUpdate/), read: decodeStatusUpdate },
  ...relay('driver'),
  ...relay('executor'),
  textSubject('addresses of RPC', ['spark://host:7077', '[::1]:7077', 'host:1'], parseRpcAddress),
];
