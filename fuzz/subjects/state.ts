import { crc32 } from 'node:zlib';
import { decodeLeaderCard } from '../../packages/cluster-dispatcher/src/high-availability/leader-card.ts';
import {
  readFramework,
  readState,
  readSubmission,
} from '../../packages/cluster-dispatcher/src/store/records.ts';
import { encodeFrame, encodeHeader } from '../../packages/durable-store/src/log-format.ts';
import { readLog } from '../../packages/durable-store/src/read-log.ts';
import {
  decodeHead,
  decodeRecord as decodeZooKeeperRecord,
  encodeRecord as encodeZooKeeperRecord,
  keyOfNode,
} from '../../packages/durable-store/src/zookeeper/layout.ts';
import { parseBlockIds } from '../../packages/external-shuffle/src/index.ts';
import { decodeRecord, encodeRecord, keyOf } from '../../packages/external-shuffle/src/registry/records.ts';
import { RequestDecoder } from '../../packages/external-shuffle/src/serving/request-decoder.ts';
import {
  decodeEndMessage,
  encodeEndMessage,
  SlotGreetingReader,
} from '../../packages/fine-backend/src/index.ts';
import {
  decodeApplication,
  decodeNextExecutorId,
  decodePlacement,
  decodeShuffleService,
  decodeTotals,
} from '../../packages/spark-gateway/src/application-record.ts';
import { halves, type Subject, textSubject } from '../subject.ts';
import { recorded } from './fixtures.ts';

const SALT = 0x5eed;
const HEADER = encodeHeader(SALT);
const MARK = encodeFrame(SALT, 1, []).subarray(0, 2);

const value = (text: string) => Buffer.from(text);
const change = (key: string, text: string) => [key, { key, value: value(text), version: 1 }] as const;
const log = Buffer.concat([
  HEADER,
  encodeFrame(SALT, 1, [change('submission/1', '{"a":1}'), change('state/1', '{}')]),
  encodeFrame(SALT, 2, [['state/1', undefined]]),
]);

/** Gives each frame the checksum of what is in it now, so that its reader sees it. */
function withChecksums(bytes: Buffer): Buffer {
  HEADER.copy(bytes);
  for (let at = bytes.indexOf(MARK); at >= 0 && at + 10 <= bytes.length; at = bytes.indexOf(MARK, at + 1)) {
    const end = at + 10 + bytes.readUInt32BE(at + 2);
    if (end <= bytes.length) bytes.writeUInt32BE(crc32(bytes.subarray(at + 10, end), SALT), at + 6);
  }
  return bytes;
}

/** A dispatcher and a gateway take such a record for a damaged one, and say which. */
const isNoRecord = (error: unknown) =>
  error instanceof SyntaxError || (error instanceof Error && error.name === 'ZodError');

const jsonRecord = (name: string, golden: readonly object[], read: (value: unknown) => unknown) =>
  textSubject(
    name,
    golden.map((one) => JSON.stringify(one)),
    (text) => read(JSON.parse(text)),
    {
      mayThrow: isNoRecord,
    },
  );

const attempt = {
  number: 1,
  taskId: 't',
  driverFrameworkId: 'f',
  agentId: 'a',
  hostname: 'h',
  launchedAtMs: 1,
};
const supervision = {
  supervise: true,
  resetAfterMs: 1,
  finalExitStatuses: [{ first: 1, last: 2 }],
  unreachableTimeoutMs: 1,
};
const submission = {
  version: 1,
  id: 'driver-1',
  sequence: 0,
  submittedAtMs: 1,
  priority: 0,
  plan: {
    name: 'job',
    mainClass: 'Main',
    queue: 'default',
    resources: { cpus: 1, memMiB: 896, heapMiB: 512, diskMiB: 0 },
    constraints: '',
    supervision,
  },
  request: {
    appResource: 'file:/a.jar',
    mainClass: 'Main',
    arguments: ['1'],
    properties: {},
    environment: {},
  },
};

const application = {
  format: 1,
  frameworkId: 'f',
  driver: { host: 'h', port: 1 },
  registeredAtMs: 1,
  properties: { $map: [['spark.app.name', 'job']] },
  description: { name: 'job', user: 'u' },
};
const placement = {
  ...{ executorId: 0, taskId: 't', agentId: 'a', hostname: 'h', cores: 1, advertisedCores: 1 },
  ...{ gpus: 0, memoryMiB: 512, taskMemoryMiB: 896, profileId: 0 },
};

const journal: readonly [string, object | number, (text: string) => unknown][] = [
  ['applications', application, decodeApplication],
  ['executors', placement, decodePlacement],
  ['shuffle services', { host: 'h', port: 7337 }, decodeShuffleService],
  ["drivers' wishes", { $map: [[0, { total: 2 }]] }, decodeTotals],
  ["executors' numbers", 17, decodeNextExecutorId],
];

const executors = {
  kind: 'executors' as const,
  appId: 'app-1',
  chunk: 0,
  executors: [{ appId: 'app-1', executorId: '0', localDirs: ['/a/b'], subDirsPerLocalDir: 64 }],
  registeredAtMs: 1,
};

export const STATE_SUBJECTS: readonly Subject[] = [
  { name: "the durable store's log", golden: [log], read: readLog },
  { name: "frames of the durable store's log", golden: [log], mend: withChecksums, read: readLog },
  {
    name: 'records in ZooKeeper',
    golden: [
      encodeZooKeeperRecord({ key: 'k', value: value('text'), version: 3 }),
      encodeZooKeeperRecord({ key: 'k', value: value(''), version: 3 }, { id: 'i', parts: 2, bytes: 9 }),
    ],
    read: (bytes) => decodeZooKeeperRecord('/records/1', bytes),
  },
  {
    name: 'the head of a store in ZooKeeper',
    golden: [value('{"format":1,"claim":"c","commit":4,"owner":"o"}')],
    read: (bytes) => decodeHead('/head', bytes),
  },
  textSubject('names of records in ZooKeeper', ['state%2F1', '%2E'], keyOfNode),
  {
    name: 'cards of leading dispatchers',
    golden: [
      value(
        '{"version":1,"submissionUrl":"http://h:7077","webUrl":"http://h:8081","masterUrl":"spark://h:7077"}',
      ),
    ],
    read: decodeLeaderCard,
  },
  jsonRecord('submissions in the store', [submission], readSubmission),
  jsonRecord(
    'states of submissions in the store',
    [{ version: 1, state: 'running', attempts: [attempt], attemptCount: 1 }],
    readState,
  ),
  jsonRecord('the framework in the store', [{ version: 1, frameworkId: 'f' }], readFramework),
  ...journal.map(([name, golden, read]) =>
    textSubject(`${name} in a gateway's journal`, [JSON.stringify(golden)], read, { mayThrow: isNoRecord }),
  ),
  {
    name: 'registrations of a shuffle service',
    golden: [encodeRecord(executors), encodeRecord({ kind: 'driver', appId: 'a', timeoutMs: 1 })],
    read: (bytes) => decodeRecord({ key: keyOf(executors), value: bytes, version: 1 }),
  },
  textSubject('ids of blocks', ['shuffle_0_1_2,shuffle_0_1_3', 'rdd_1_2', 'shuffleChunk_1_2_3_4'], (text) =>
    parseBlockIds(text.split(',')),
  ),
  {
    name: 'requests to a shuffle service',
    golden: recorded('external-shuffle', 'synthetic-sessions', /c2s\.bin$/, 4096),
    read: (bytes) => {
      const decoder = new RequestDecoder(1024 * 1024);
      for (const half of halves(bytes)) {
        decoder.append(half);
        while (decoder.next() !== undefined);
      }
    },
  },
  {
    name: 'ends of slots, at an executor',
    golden: [encodeEndMessage({ taskId: 't-1', end: 'FINISHED' })],
    read: decodeEndMessage,
  },
  {
    name: 'lines of slots',
    golden: [value('slot p-s-0 token\n')],
    read: (bytes) => {
      const reader = new SlotGreetingReader();
      return halves(bytes).map((half) => reader.push(half));
    },
  },
];
