import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ShuffleRegistry } from '@spark-mesos/external-shuffle';
import { decodeBlockTransferMessage, type Frame, FrameDecoder } from '@spark-mesos/spark-network';
import { describe, expect, test } from 'vitest';
import { blockFilePath } from '../../src/blocks/block-file-names.ts';
import { conversations } from '../support/conversation.ts';
import { copySyntheticFiles, temporaryFolder } from '../support/folders.ts';
import { openState } from '../support/state.ts';

/** One connection a case, as Spark's own client and service of 3.5.6 spoke. */
const FIXTURE = path.join(import.meta.dirname, '../fixtures/synthetic-sessions');
const SESSIONS = readdirSync(FIXTURE)
  .filter((name) => name.endsWith('.c2s.bin'))
  .map((name) => name.slice(0, 'conn000'.length))
  .sort();
const FIRST_STREAM_ID = 814152028000;
/** Where the recorded executor had its files. */
const RECORDED = '/data/spark-shuffle-x/golden/synthetic/files';
/** Of a service for Mesos, which the recorded one was not. */
const REGISTER_DRIVER = 'conn018';

async function service() {
  const root = await temporaryFolder();
  const directories = await copySyntheticFiles(root);
  const { registry, resolver } = await openState({ roots: [root] });
  // Its own directories were elsewhere.
  const moved: ShuffleRegistry = {
    registerExecutor: (appId, executorId, info) =>
      registry.registerExecutor(appId, executorId, { ...info, localDirs: directories }),
    registerDriver: registry.registerDriver.bind(registry),
    heartbeat: registry.heartbeat.bind(registry),
    removeApplication: registry.removeApplication.bind(registry),
    executor: registry.executor.bind(registry),
    used: registry.used.bind(registry),
    secret: registry.secret.bind(registry),
    setSecret: registry.setSecret.bind(registry),
    counters: registry.counters.bind(registry),
  };
  const executor = { appId: 'app-1', executorId: 'exec-0', localDirs: directories, subDirsPerLocalDir: 64 };
  // Deleted in the last session.
  const block = blockFilePath(executor, 'rdd_7_0');
  mkdirSync(path.dirname(block), { recursive: true });
  writeFileSync(block, 'rdd seven zero');
  /** The text with what the recorded service would have said in it. */
  const recorded = (text: string) =>
    text.replaceAll(directories[0], `${RECORDED}/a`).replaceAll(directories[1], `${RECORDED}/b`);
  return { registry: moved, resolver, recorded };
}

/** What is compared: of stack traces the first line, and of ways to say a path the name. */
function normal(frame: Frame, recorded = (text: string) => text): object {
  if ('error' in frame) {
    const [line = ''] = recorded(frame.error).split('\n');
    return { ...frame, error: line.replace(/(file: ).*\//, '$1').replace(/(IndexOutOfBounds\w+).*/, '$1') };
  }
  if (frame.type === 'RpcResponse' && frame.body[0] === 11) {
    const message = decodeBlockTransferMessage(frame.body);
    return { ...frame, body: JSON.parse(recorded(JSON.stringify(message))) };
  }
  return { ...frame };
}

function framesOf(name: string): Frame[] {
  return new FrameDecoder().push(readFileSync(path.join(FIXTURE, name)));
}

describe('sessions with a service of Spark’s own', () => {
  test.each([
    ['at once', Number.POSITIVE_INFINITY],
    ['byte by byte', 1],
    ['in sevens', 7],
  ])('are answered as it answered them, requests coming %s', async (_how, sliceBytes) => {
    const { registry, resolver, recorded } = await service();
    const { open, tally } = conversations({ registry, resolver, firstStreamId: FIRST_STREAM_ID });
    for (const session of SESSIONS) {
      const asked = readFileSync(path.join(FIXTURE, `${session}.c2s.bin`));
      const answers = framesOf(`${session}.s2c.bin`);
      const conversation = open();
      for (let at = 0; at < asked.byteLength; at += sliceBytes) {
        conversation.send(asked.subarray(at, at + sliceBytes));
      }
      const ours = await conversation.frames(answers.length);
      if (session === REGISTER_DRIVER) {
        expect(ours).toMatchObject([{ type: 'RpcResponse', body: { byteLength: 0 } }]);
      } else {
        expect(
          ours.map((frame) => normal(frame, recorded)),
          session,
        ).toEqual(answers.map((frame) => normal(frame)));
      }
      conversation.close();
    }
    expect(SESSIONS.length).toBeGreaterThan(20);
    expect(tally).toMatchObject({ openStreams: 0, protocolErrorsTotal: 0, exceptionsTotal: 0 });
  });
});
