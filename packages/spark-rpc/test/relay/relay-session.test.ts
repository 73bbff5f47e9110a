import { describe, expect, it } from 'vitest';
import { decodeStatusUpdate } from '../../src/relay/task-states.ts';
import {
  HeardGate,
  killConversation,
  killTask,
  launchTask,
  RELAYED_SPARKS,
  registeredSession,
  relayFrame,
  slices,
  statusUpdate,
} from './recorded.ts';

describe.each(RELAYED_SPARKS)('RelaySession, with Spark %s', (spark) => {
  it('lets a task go at once where the gate says so', () => {
    const gate = new HeardGate();
    const session = registeredSession(spark, gate);
    gate.decide = ({ taskId }) => expect(session.pass(taskId)).toBe(true);
    const bytes = Buffer.concat([launchTask(spark, 1), launchTask(spark, 2)]);
    session.fromDriver(bytes);
    const [only, ...more] = session.takeOutput();
    expect(more).toEqual([]);
    expect(only?.buffer).toBe(bytes.buffer);
    expect(only?.equals(bytes)).toBe(true);
  });

  it('lets the rest of a task through as it comes, once its beginning may pass', () => {
    const gate = new HeardGate();
    const session = registeredSession(spark, gate);
    const frame = launchTask(spark, 5, 300_000);
    const behind = killTask(spark, 9);
    const bytes = Buffer.concat([frame, behind]);
    session.fromDriver(bytes.subarray(0, 100_000));
    expect(gate.held[0]).toMatchObject({ taskId: 5, byteLength: frame.byteLength });
    expect(session.takeOutput()).toEqual([]);
    session.pass(5);
    expect(Buffer.concat(session.takeOutput()).byteLength).toBe(100_000);
    session.fromDriver(bytes.subarray(100_000, 200_000));
    expect(Buffer.concat(session.takeOutput()).byteLength).toBe(100_000);
    session.fromDriver(bytes.subarray(200_000));
    expect(Buffer.concat(session.takeOutput()).equals(bytes.subarray(200_000))).toBe(true);
  });

  it('puts nothing of its own into a frame that is under way', () => {
    const gate = new HeardGate();
    const session = registeredSession(spark, gate);
    const first = launchTask(spark, 1);
    const second = launchTask(spark, 2, 50_000);
    gate.decide = ({ taskId }) => void (taskId === 2 && session.pass(2));
    session.fromDriver(Buffer.concat([first, second.subarray(0, 20_000)]));
    session.pass(1);
    session.kill(2, 'its slot is lost');
    session.fromDriver(second.subarray(20_000));
    const out = Buffer.concat(session.takeOutput());
    expect(out.subarray(0, second.byteLength).equals(second)).toBe(true);
    expect(out.subarray(second.byteLength, second.byteLength + first.byteLength).equals(first)).toBe(true);
    expect(out.includes('its slot is lost')).toBe(true);
  });

  it('writes a KillTask as the driver does, behind the task where that is held', () => {
    const gate = new HeardGate();
    const session = registeredSession(spark, gate);
    const launch = launchTask(spark, 0);
    session.fromDriver(launch);
    const recorded = relayFrame(killConversation(spark), 'driver2exec-KillTask');
    const reason = recorded.subarray(recorded.lastIndexOf('Stage cancelled')).toString();
    expect(session.kill(0, reason)).toBe(true);
    const out = Buffer.concat(session.takeOutput());
    expect(out.subarray(0, launch.byteLength).equals(launch)).toBe(true);
    const kill = out.subarray(launch.byteLength);
    // But for the ports of their drivers.
    const stream = Buffer.of(0xac, 0xed);
    const streamOf = (frame: Buffer): string => frame.subarray(frame.indexOf(stream)).toString('latin1');
    expect(streamOf(kill)).toBe(streamOf(recorded));
    const envelopeOf = (frame: Buffer): Buffer => frame.subarray(13, frame.indexOf(stream));
    expect(envelopeOf(kill)).toEqual(envelopeOf(launch));
    expect(kill.readBigInt64BE()).toBe(BigInt(kill.byteLength));
  });

  it('has no task ended on an executor that has had none', () => {
    const session = registeredSession(spark, new HeardGate());
    expect(session.kill(0, 'why not')).toBe(false);
    expect(session.takeOutput()).toEqual([]);
  });

  it('tells of the end of a task whatever its result is', () => {
    const gate = new HeardGate();
    const session = registeredSession(spark, gate);
    const sizes = [0, 1, 250, 255, 256, 1019, 1020, 1021, 2044, 5000, 100_000];
    const frames = sizes.map((size, index) => statusUpdate(spark, index, 'FINISHED', size));
    for (const slice of slices(Buffer.concat(frames), 777)) session.fromExecutor(slice, () => {});
    expect(gate.heard.slice(1)).toEqual(sizes.map((_, index) => `FINISHED ${index} on 0`));
  });

  it('reads the same of a status as the reader of all streams', () => {
    const gate = new HeardGate();
    const session = registeredSession(spark, gate);
    for (const [taskId, state] of [
      [7, 'RUNNING'],
      [7, 'FINISHED'],
      [8, 'FINISHED'],
    ] as const) {
      const frame = statusUpdate(spark, taskId, state);
      expect(decodeStatusUpdate(frame.subarray(frame.indexOf(Buffer.of(0xac, 0xed))))).toEqual({
        taskId,
        state,
      });
      session.fromExecutor(frame, () => {});
    }
    expect(gate.heard.slice(1)).toEqual(['FINISHED 7 on 0', 'FINISHED 8 on 0']);
  });

  it('says when so much is held that no more should be read', () => {
    const gate = new HeardGate();
    const session = registeredSession(spark, gate, { maxHeldBytes: 30_000 });
    session.fromDriver(launchTask(spark, 1, 15_000));
    expect(session.holdsTooMuch).toBe(false);
    session.fromDriver(launchTask(spark, 2, 15_000));
    expect(session.holdsTooMuch).toBe(true);
    session.pass(1);
    expect(session.holdsTooMuch).toBe(false);
  });

  it('refuses a task for an executor that it does not know', () => {
    const gate = new HeardGate();
    gate.executorRegistered = () => false;
    const session = registeredSession(spark, gate);
    expect(() => session.fromDriver(launchTask(spark, 1))).toThrow(/has not registered/);
  });

  it('refuses a task that is sent twice', () => {
    const session = registeredSession(spark, new HeardGate());
    session.fromDriver(launchTask(spark, 1));
    expect(() => session.fromDriver(launchTask(spark, 1))).toThrow(/twice/);
  });
});
