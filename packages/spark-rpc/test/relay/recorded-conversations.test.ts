import { describe, expect, it } from 'vitest';
import { DEFAULT_RELAY_LIMITS } from '../../src/relay/limits.ts';
import { RelaySession } from '../../src/relay/relay-session.ts';
import { recordedClasses } from '../classes.ts';
import { fixtureNames } from '../support.ts';
import { CONVERSATIONS, HeardGate, relayFrame, slices } from './recorded.ts';

const SIZES = [1, 2, 3, 8, 9, 13, 100, 1023, 4096, 1_000_000];

function framesOf(conversation: string, sender: 'driver2exec' | 'exec2driver', order: string[]): Buffer[] {
  const names = fixtureNames(`relay/${conversation}`)
    .map((name) => name.replace(/\.bin$/, ''))
    .filter((name) => name.startsWith(sender))
    .sort();
  const rank = (name: string): number => {
    const at = order.findIndex((part) => name.startsWith(`${sender}-${part}`));
    return at < 0 ? order.length : at;
  };
  return names.sort((one, other) => rank(one) - rank(other)).map((name) => relayFrame(conversation, name));
}

const fromExecutor = (conversation: string): Buffer[] =>
  framesOf(conversation, 'exec2driver', ['CheckExistence', 'Retrieve', 'RegisterExecutor', 'x', 'Launched']);
const fromDriver = (conversation: string): Buffer[] =>
  framesOf(conversation, 'driver2exec', ['type4', 'LaunchTask', 'KillTask']);

function sessionOf(conversation: string, gate: HeardGate): RelaySession {
  const classes = recordedClasses(conversation.split('-')[0] ?? '');
  return new RelaySession({ limits: DEFAULT_RELAY_LIMITS, classes, listener: gate });
}

describe.each(CONVERSATIONS)('the conversation %s', (conversation) => {
  it.each(SIZES)('goes on from executor to driver byte by byte as it came, in slices of %i bytes', (size) => {
    const gate = new HeardGate();
    const session = sessionOf(conversation, gate);
    const bytes = Buffer.concat(fromExecutor(conversation));
    const sent: Buffer[] = [];
    for (const slice of slices(bytes, size)) session.fromExecutor(slice, (chunk) => sent.push(chunk));
    expect(Buffer.concat(sent).equals(bytes)).toBe(true);
    const ended = conversation.endsWith('kill') ? [] : ['FINISHED 0 on 0'];
    expect(gate.heard).toEqual(['registered 0', ...ended]);
    expect(gate.executors[0]).toEqual({
      executorId: '0',
      hostname: '127.0.0.1',
      cores: conversation.endsWith('kill') ? 2 : 3,
      resourceProfileId: conversation.startsWith('2') ? undefined : 0,
    });
  });

  it.each(SIZES)(
    'goes from driver to executor as it came, but for tasks that are held, in slices of %i bytes',
    (size) => {
      const gate = new HeardGate();
      const session = sessionOf(conversation, gate);
      session.fromExecutor(Buffer.concat(fromExecutor(conversation)), () => {});
      gate.heard.length = 0;
      const frames = fromDriver(conversation);
      const sent: Buffer[] = [];
      for (const slice of slices(Buffer.concat(frames), size)) {
        session.fromDriver(slice);
        sent.push(...session.takeOutput());
      }
      const tasks = framesOf(conversation, 'driver2exec', []).filter((frame) =>
        frame.includes('$LaunchTask'),
      );
      const others = frames.filter((frame) => !tasks.includes(frame) && !frame.includes('$LaunchTask'));
      const kills = others.filter((frame) => frame.includes('$KillTask'));
      if (kills.length === 0) {
        expect(gate.heard).toEqual(['held 0', 'held 1']);
        expect(Buffer.concat(sent).equals(Buffer.concat(others))).toBe(true);
        expect([session.pass(1), session.pass(0), session.pass(0)]).toEqual([true, true, false]);
        expect(Buffer.concat(session.takeOutput()).equals(Buffer.concat(tasks.slice(0, 2).reverse()))).toBe(
          true,
        );
      } else {
        // Each kill is sent behind its task.
        expect(gate.heard).toEqual(['held 0', 'held 1', 'kill 0 on 0', 'kill 1 on 0']);
        expect(Buffer.concat(sent).byteLength).toBe(Buffer.concat(frames).byteLength);
        expect(session.pass(0)).toBe(false);
      }
    },
  );
});

it.each(CONVERSATIONS)('tells of the tasks of %s what their driver says of them', (conversation) => {
  const gate = new HeardGate();
  const session = sessionOf(conversation, gate);
  session.fromExecutor(Buffer.concat(fromExecutor(conversation)), () => {});
  session.fromDriver(Buffer.concat(fromDriver(conversation)));
  const names = conversation.startsWith('2')
    ? ['task 0.0 in stage 0.0', 'task 1.0 in stage 0.0']
    : ['task 0.0 in stage 0.0 (TID 0)', 'task 1.0 in stage 0.0 (TID 1)'];
  const byteLength = relayFrame(conversation, 'driver2exec-LaunchTask').byteLength;
  expect(gate.held).toEqual(
    names.map((name, index) => ({
      executorId: '0',
      taskId: index,
      name,
      attempt: 0,
      index,
      partitionId: index,
      byteLength,
    })),
  );
});
