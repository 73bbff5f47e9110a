import { mesos } from '@spark-mesos/mesos-proto';
import { expect, test } from 'vitest';
import {
  type EngineCore,
  EngineShell,
  type Logger,
  type ShellEffect,
  type ShellEvent,
  SYSTEM_CLOCK,
  type TaskId,
} from '../../src/index.ts';
import { FakeSchedulerPort } from '../../src/testing/index.ts';

type OwnEvent =
  | { readonly kind: 'stop' }
  | { readonly kind: 'detach' }
  | { readonly kind: 'word'; readonly word: string };
type OwnEffect = ShellEffect | { readonly kind: 'say'; readonly word: string };

const TASK = 'a-1' as TaskId;
const { ACCEPT, REVIVE } = mesos.v1.scheduler.Call.Type;
const CALLS: Partial<Record<OwnEffect['kind'], mesos.v1.scheduler.ICall>> = {
  accept: { type: ACCEPT },
  revive: { type: REVIVE },
};

/** A connection that cannot be closed without a complaint. */
class StubbornConnection extends FakeSchedulerPort {
  override async close(): Promise<void> {
    await super.close();
    throw new Error('the socket is gone');
  }
}

/** Answers each event by what the test says, and remembers it. */
class FakeCore implements EngineCore<OwnEvent | ShellEvent, OwnEffect> {
  readonly seen: (OwnEvent | ShellEvent)[] = [];
  replies: Partial<Record<(OwnEvent | ShellEvent)['kind'], readonly OwnEffect[]>> = {};

  handle(event: OwnEvent | ShellEvent): readonly OwnEffect[] {
    this.seen.push(event);
    return this.replies[event.kind] ?? [];
  }

  nextWakeMs(): undefined {
    return undefined;
  }
}

function shellAround(core: FakeCore, connection: FakeSchedulerPort) {
  const told: OwnEffect[] = [];
  const warnings: string[] = [];
  const logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (_, phrase) => warnings.push(phrase),
    error: () => {},
    child: () => logger,
  };
  const shell = new EngineShell<OwnEvent, OwnEffect>({
    client: connection,
    clock: SYSTEM_CLOCK,
    core,
    logger,
    callOf: ({ kind }) => CALLS[kind],
    tell: (effect) => told.push(effect),
  });
  return { shell, told, warnings };
}

const kinds = (events: readonly { readonly kind: string }[]) => events.map(({ kind }) => kind);

test('what Mesos says reaches the core, and what the core wants reaches application and master', async () => {
  const core = new FakeCore();
  core.replies = {
    subscribed: [{ kind: 'registered', frameworkId: 'f' }, { kind: 'revive' }],
    stop: [{ kind: 'teardown' }],
  };
  const connection = new FakeSchedulerPort();
  const { shell, told } = shellAround(core, connection);
  connection.push({ kind: 'subscribed', frameworkId: 'f' });
  shell.start();
  await expect.poll(() => kinds(core.seen)).toEqual(['wake', 'subscribed', 'reviveSettled']);
  await shell.end({ kind: 'stop' });
  expect(connection.calls).toEqual([{ type: REVIVE }]);
  expect(connection.isTornDown).toBe(true);
  expect(kinds(told)).toEqual(['registered', 'revive', 'teardown']);
});

test('calls that fail are told to the core', async () => {
  const core = new FakeCore();
  core.replies = {
    word: [{ kind: 'accept', taskIds: [TASK] }, { kind: 'revive' }],
  };
  const connection = new FakeSchedulerPort();
  connection.callError = new Error('gone');
  const { shell, warnings } = shellAround(core, connection);
  shell.handle({ kind: 'word', word: 'go' });
  await expect.poll(() => warnings).toHaveLength(2);
  expect(core.seen.slice(1)).toEqual([
    { kind: 'acceptFailed', taskIds: [TASK], reason: 'gone' },
    { kind: 'reviveSettled', ok: false },
  ]);
});

test('the end comes when the core says so, once the connection is closed, and once for all who ask', async () => {
  const core = new FakeCore();
  const connection = new FakeSchedulerPort();
  const { shell } = shellAround(core, connection);
  shell.start();
  let ended = 0;
  const ends = [shell.end({ kind: 'stop' }), shell.end({ kind: 'stop' })].map((end) =>
    end.then(() => ended++),
  );
  await new Promise(setImmediate);
  expect(ended).toBe(0);
  core.replies = { word: [{ kind: 'teardown' }] };
  shell.handle({ kind: 'word', word: 'nothing is left' });
  await Promise.all(ends);
  expect(connection.isTornDown).toBe(true);
});

test('a framework that is left is not torn down; one that cannot be left is warned of, and over all the same', async () => {
  const core = new FakeCore();
  core.replies = { detach: [{ kind: 'detach' }] };
  const connection = new StubbornConnection();
  const { shell, warnings } = shellAround(core, connection);
  shell.start();
  await shell.end({ kind: 'detach' });
  expect([connection.isTornDown, connection.isClosed]).toEqual([false, true]);
  expect(warnings).toEqual(['the framework could not be left: detach']);
});

test('nothing is subscribed after the end', async () => {
  const core = new FakeCore();
  core.replies = { stop: [{ kind: 'teardown' }] };
  const connection = new FakeSchedulerPort();
  const { shell } = shellAround(core, connection);
  await shell.end({ kind: 'stop' });
  core.seen.length = 0;
  shell.start();
  expect(core.seen).toEqual([]);
});
