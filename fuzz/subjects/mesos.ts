import { readdirSync, readFileSync } from 'node:fs';
import { parseMesosDurationMs } from '../../packages/mesos-client/src/executor/duration.ts';
import { parseExecutorEnvironment, parseMaster } from '../../packages/mesos-client/src/index.ts';
import { leadingNode, masterOfNode } from '../../packages/mesos-client/src/master/master-nodes.ts';
import { readExecutorToken } from '../../packages/mesos-local/src/agent/executor-token.ts';
import { parseAttribute, parseResources } from '../../packages/mesos-local/src/resources/resource-text.ts';
import {
  codecOf,
  type DecodableClass,
  encodeMessage,
  encodeRecord,
  fromMesosJson,
  mesos,
  parseJson,
  RecordIoDecoder,
  toMesosJson,
} from '../../packages/mesos-proto/src/index.ts';
import { readTrace } from '../../packages/mesos-proto/src/testing/index.ts';
import { halves, type Subject, textSubject } from '../subject.ts';
import { fixtureFolder } from './fixtures.ts';

const LONGEST = 64 * 1024;
const { Event, Call } = mesos.v1.scheduler;

/** The events of all recorded subscriptions, as JSON. */
const events = readdirSync(fixtureFolder('mesos-proto', 'mesos-v1'))
  .filter((name) => name.endsWith('-json.jsonl'))
  .flatMap(
    (name) => readTrace(readFileSync(fixtureFolder('mesos-proto', `mesos-v1/${name}`), 'utf8')).connections,
  )
  .flatMap((connection) => connection.events)
  .filter((event) => JSON.stringify(event).length < LONGEST)
  .slice(0, 60);
const eventTexts = events.map((event) => JSON.stringify(event));
const eventMessages = eventTexts.flatMap((text) => {
  try {
    return [encodeMessage(Event, codecOf('json').decode(Event, Buffer.from(text)))];
  } catch {
    // An event of an executor or of an operator.
    return [];
  }
});
const calls = [
  { type: Call.Type.REVIVE, frameworkId: { value: 'f-1' } },
  {
    type: Call.Type.ACKNOWLEDGE,
    frameworkId: { value: 'f-1' },
    acknowledge: { agentId: { value: 'a' }, taskId: { value: 't' }, uuid: Buffer.alloc(16, 7) },
  },
];
const variables = {
  MESOS_FRAMEWORK_ID: 'f-1',
  MESOS_EXECUTOR_ID: 'e-1',
  MESOS_SLAVE_PID: 'slave(1)@127.0.0.1:5051',
  MESOS_AGENT_ENDPOINT: '127.0.0.1:5051',
  MESOS_CHECKPOINT: '1',
  MESOS_RECOVERY_TIMEOUT: '15mins',
  MESOS_SUBSCRIPTION_BACKOFF_MAX: '2secs',
  MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '5secs',
};

function messages<T>(name: string, type: DecodableClass<T>, golden: readonly Uint8Array[]): Subject {
  return { name: `protobuf of ${name}`, golden, read: (bytes) => codecOf('protobuf').decode(type, bytes) };
}

export const MESOS_SUBJECTS: readonly Subject[] = [
  {
    name: 'RecordIO',
    golden: [Buffer.concat(eventMessages.slice(0, 3).map(encodeRecord)), encodeRecord(Buffer.from('{}'))],
    read: (bytes) => {
      const decoder = new RecordIoDecoder({ maxRecordBytes: LONGEST });
      return halves(bytes).map((half) => decoder.push(half));
    },
  },
  messages('scheduler events', Event, eventMessages),
  messages(
    'scheduler calls',
    Call,
    calls.map((call) => encodeMessage(Call, call)),
  ),
  {
    name: 'JSON of scheduler events',
    golden: eventTexts.map((text) => Buffer.from(text)),
    read: (bytes) => codecOf('json').decode(Event, bytes),
  },
  textSubject('JSON with exact numbers', [...eventTexts, '{"n":18446744073709551615}'], parseJson),
  textSubject(
    'JSON of calls',
    calls.map((call) => JSON.stringify(toMesosJson(Call, call))),
    (text) => fromMesosJson(Call, parseJson(text)),
  ),
  textSubject(
    'addresses of masters',
    ['mesos://a:5050,b:5051', 'zk://u:p@h1:2181,h2:2181/mesos', '[::1]:5050', 'mesos://zk://h:1/m'],
    parseMaster,
  ),
  {
    name: 'masters in ZooKeeper',
    golden: [
      Buffer.from('{"address":{"hostname":"h","ip":"10.0.0.1","port":5050},"hostname":"h","port":5050}'),
      Buffer.from('{"pid":"master@10.0.0.1:5050"}'),
    ],
    read: (bytes) => masterOfNode(bytes, 'ip'),
  },
  textSubject('names of masters in ZooKeeper', ['json.info_0000000007,log_replicas,json.info_1'], (text) =>
    leadingNode(text.split(',')),
  ),
  textSubject('durations of Mesos', ['15mins', '2.5secs', '10days'], parseMesosDurationMs),
  textSubject(
    "an executor's environment",
    Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    (text) => {
      const at = text.indexOf('=');
      return parseExecutorEnvironment({ ...variables, [text.slice(0, Math.max(0, at))]: text.slice(at + 1) });
    },
  ),
  textSubject(
    'resources of agents',
    ['cpus:4;mem:8192;ports:[31000-32000]', 'cpus(role):1.5', 'set(*):{a,b}'],
    parseResources,
  ),
  textSubject('attributes of agents', ['10', '[1-3,5-9]', '{a,b}', 'rack-1'], (text) =>
    parseAttribute('a', text),
  ),
  textSubject('tokens of executors', ['eyJhbGciOiJIUzI1NiJ9.eyJmaWQiOiJmIn0.c2ln'], (text) =>
    readExecutorToken(text, 'key'),
  ),
];
