import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type BlockTransferMessage,
  decodeBlockTransferMessage,
  encodeBlockTransferMessage,
  encodeFrame,
  type Frame,
} from '../../src/index.ts';
import { decodeInSlices } from '../support.ts';

const FIXTURES = new URL('../fixtures/shuffle/', import.meta.url);
const SASL = 0xea;

interface Conversation {
  readonly name: string;
  readonly toServer: Uint8Array;
  readonly toClient: Uint8Array;
}

function recordedConnections(folder: string): Conversation[] {
  const directory = new URL(`${folder}/`, FIXTURES);
  return readdirSync(directory)
    .filter((name) => name.endsWith('.c2s.bin'))
    .map((name) => ({
      name: `${folder}/${name.replace('.c2s.bin', '')}`,
      toServer: readFileSync(new URL(name, directory)),
      toClient: readFileSync(new URL(name.replace('c2s', 's2c'), directory)),
    }));
}

/** Between a real Mesos driver, its executors and the original service. */
function mesosConnections(): Conversation[] {
  const text = readFileSync(new URL('mesos-driver.jsonl', FIXTURES), 'utf8');
  const lines: { conn: number; dir: string; hex: string }[] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const bytesOf = (conn: number, dir: string) =>
    Buffer.concat(
      lines
        .filter((line) => line.conn === conn && line.dir === dir)
        .map(({ hex }) => Buffer.from(hex, 'hex')),
    );
  return [...new Set(lines.map(({ conn }) => conn))].map((conn) => ({
    name: `mesos-driver/${conn}`,
    toServer: bytesOf(conn, 'c2s'),
    toClient: bytesOf(conn, 's2c'),
  }));
}

const folders = readdirSync(FIXTURES).filter((name) => !name.includes('.'));
const conversations = [...folders.flatMap(recordedConnections), ...mesosConnections()];

/** The messages in these frames, but for those of an authentication. */
function bodies(frames: readonly Frame[], isHandshake: (frame: Frame) => boolean): Uint8Array[] {
  return frames.flatMap((frame) => {
    if (isHandshake(frame)) return [];
    const hasMessage =
      frame.type === 'RpcRequest' || frame.type === 'RpcResponse' || frame.type === 'OneWayMessage';
    return hasMessage && frame.body.byteLength > 0 ? [frame.body] : [];
  });
}

function messageBodies({ toServer, toClient }: Conversation): Uint8Array[] {
  const asked = decodeInSlices(toServer, [65_536]);
  const handshakes = new Set(
    asked.map((frame) => (frame.type === 'RpcRequest' && frame.body[0] === SASL ? frame.requestId : null)),
  );
  const isHandshake = (frame: Frame) => 'requestId' in frame && handshakes.has(frame.requestId);
  return [asked, decodeInSlices(toClient, [65_536])].flatMap((frames) => bodies(frames, isHandshake));
}

describe('conversations with shuffle services of Spark 3.5 and 4.1', () => {
  it.each(conversations)('$name: every frame is read and written without a changed byte', (conversation) => {
    for (const bytes of [conversation.toServer, conversation.toClient]) {
      for (const size of [1, 7, 1000, 65_536]) {
        const frames = decodeInSlices(bytes, [size]);
        expect(Buffer.concat(frames.map(encodeFrame)).equals(bytes)).toBe(true);
      }
    }
  });

  it.each(conversations)(
    '$name: every message is read and written without a changed byte',
    (conversation) => {
      for (const body of messageBodies(conversation)) {
        const again = encodeBlockTransferMessage(decodeBlockTransferMessage(body));
        expect(Buffer.from(again)).toEqual(Buffer.from(body));
      }
    },
  );

  it('meets every kind of frame and message that a shuffle service without push-based shuffle has', () => {
    const frames = conversations.flatMap(({ toServer, toClient }) =>
      [toServer, toClient].flatMap((bytes) => decodeInSlices(bytes, [65_536])),
    );
    expect([...new Set(frames.map(({ type }) => type))].sort()).toEqual([
      'ChunkFetchFailure',
      'ChunkFetchRequest',
      'ChunkFetchSuccess',
      'OneWayMessage',
      'RpcFailure',
      'RpcRequest',
      'RpcResponse',
      'StreamData',
      'StreamRequest',
      'StreamResponse',
    ]);
    const messages = conversations.flatMap(messageBodies).map(decodeBlockTransferMessage);
    expect([...new Set(messages.map(({ kind }) => kind))].sort()).toEqual([
      'BlocksRemoved',
      'CorruptionCause',
      'DiagnoseCorruption',
      'FetchShuffleBlockChunks',
      'FetchShuffleBlocks',
      'FinalizeShuffleMerge',
      'GetLocalDirsForExecutors',
      'LocalDirsForExecutors',
      'OpenBlocks',
      'RegisterDriver',
      'RegisterExecutor',
      'RemoveBlocks',
      'ShuffleServiceHeartbeat',
      'StreamHandle',
      'UploadBlock',
    ]);
  });
});

function firstMessage(connection: string): BlockTransferMessage | undefined {
  const conversation = conversations.find(({ name }) => name === connection);
  const [body] = conversation === undefined ? [] : messageBodies(conversation);
  return body === undefined ? undefined : decodeBlockTransferMessage(body);
}

describe('messages as they were recorded', () => {
  it('reads a batch fetch', () => {
    expect(firstMessage('synthetic-spark35/conn002')).toEqual({
      kind: 'FetchShuffleBlocks',
      appId: 'app-1',
      executorId: 'exec-0',
      shuffleId: 0,
      mapIds: [0n, 1n],
      reduceIds: [
        [0, 4],
        [1, 3],
      ],
      batchFetchEnabled: true,
    });
  });

  it('reads an executor that registers', () => {
    expect(firstMessage('synthetic-spark35/conn000')).toMatchObject({
      kind: 'RegisterExecutor',
      executorInfo: {
        localDirs: [expect.stringMatching(/files\/a$/), expect.stringMatching(/files\/b$/)],
        subDirsPerLocalDir: 64,
        shuffleManager: 'org.apache.spark.shuffle.sort.SortShuffleManager',
      },
    });
  });

  it('S10: reads a driver on Mesos that registers', () => {
    expect(firstMessage('mesos-driver/0')).toMatchObject({
      kind: 'RegisterDriver',
      heartbeatTimeoutMs: 8000n,
    });
  });
});
