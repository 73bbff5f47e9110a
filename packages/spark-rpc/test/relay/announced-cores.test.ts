import { JavaObject, readObjectStream } from '@spark-mesos/java-serialization';
import { describe, expect, it } from 'vitest';
import { HeardGate, launchTask, registeredSession, relayFrame, statusUpdate } from './recorded.ts';

const STREAM = Buffer.of(0xac, 0xed);

/** What a StatusUpdate says that its task gives back: a number, or a BigDecimal. */
function cpusOf(frame: Buffer): unknown {
  expect(frame.readBigInt64BE()).toBe(BigInt(frame.byteLength));
  expect(frame.readInt32BE(9)).toBe(frame.byteLength - 13);
  const message = readObjectStream(frame.subarray(frame.indexOf(STREAM))) as JavaObject;
  const cpus = message.fields.get('taskCpus');
  if (!(cpus instanceof JavaObject)) return cpus;
  const decimal = cpus.field('bigDecimal') as JavaObject;
  const integer = decimal.field('intVal') as JavaObject;
  const { elements } = integer.field('magnitude') as { elements: Uint8Array };
  const magnitude = Number(`0x0${Buffer.from(elements).toString('hex')}`);
  return (Number(integer.field('signum')) * magnitude) / 10 ** Number(decimal.field('scale'));
}

function announce(session: ReturnType<typeof registeredSession>, cores: number): Buffer[] {
  const pieces: Buffer[] = [];
  session.announceCores(cores, (piece) => pieces.push(piece));
  return pieces;
}

function sentOn(session: ReturnType<typeof registeredSession>, chunk: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  session.fromExecutor(chunk, (piece) => pieces.push(piece));
  return pieces;
}

describe.each(['3.5.6', '4.3.0'])('the cores that a driver counts with, of Spark %s', (spark) => {
  const finished = (taskId: number) => statusUpdate(spark, taskId, 'FINISHED');

  it.each([
    ['more', 3],
    ['fewer', -1],
    ['none more', 0],
    ['many more', 300],
  ])('follow what its agent could give: %s', (_, change) => {
    const session = registeredSession(spark, new HeardGate());
    announce(session, (session.executor?.cores ?? 0) + change);
    const running = statusUpdate(spark, 1, 'RUNNING');
    expect(sentOn(session, running)).toEqual([running]);
    const pieces = sentOn(session, Buffer.concat([running, finished(1), finished(2)]));
    const out = Buffer.concat(pieces);
    expect(out.subarray(0, running.byteLength).equals(running)).toBe(true);
    const first = out.subarray(running.byteLength, out.byteLength - finished(2).byteLength);
    expect(cpusOf(first)).toBe(1 + change);
    expect(out.subarray(-finished(2).byteLength).equals(finished(2))).toBe(true);
    // Once is enough.
    expect(sentOn(session, finished(3))[0]?.equals(finished(3))).toBe(true);
  });

  it('can come to nothing, and back', () => {
    const session = registeredSession(spark, new HeardGate());
    const cores = session.executor?.cores ?? 0;
    announce(session, cores - 1);
    expect(sentOn(session, finished(1)).map(cpusOf)).toEqual([0]);
    announce(session, cores);
    expect(sentOn(session, finished(2)).map(cpusOf)).toEqual([2]);
  });

  it('come back to an executor that had none and has no tasks, as when it began', () => {
    const session = registeredSession(spark, new HeardGate());
    const ready = relayFrame(`${spark}-relay`, 'exec2driver-LaunchedExecutor');
    const cores = session.executor?.cores ?? 0;
    expect(
      Buffer.concat(sentOn(session, Buffer.concat([ready, statusUpdate(spark, 0, 'RUNNING')]))).indexOf(
        ready,
      ),
    ).toBe(0);
    for (const taskId of [1, 2]) session.fromDriver(launchTask(spark, taskId));
    expect(announce(session, 0)).toEqual([]);
    expect(sentOn(session, finished(1)).map(cpusOf)).toEqual([1 - cores]);
    // The other one still counts: it would be counted twice.
    expect(announce(session, cores + 1)).toEqual([]);
    expect(announce(session, 0)).toEqual([]);
    expect(sentOn(session, finished(2)).map(cpusOf)).toEqual([1]);
    // In the middle of a frame nothing else can go out.
    const running = statusUpdate(spark, 3, 'RUNNING');
    sentOn(session, running.subarray(0, 100));
    expect(announce(session, cores + 1)).toEqual([]);
    expect(sentOn(session, running.subarray(100)).at(-1)?.equals(ready)).toBe(true);
    expect(announce(session, cores + 1)).toEqual([]);
    // It is more than it had registered with, which is said as always.
    expect(sentOn(session, finished(3)).map(cpusOf)).toEqual([2]);
  });

  it('wait for a task whose end comes in one piece', () => {
    const session = registeredSession(spark, new HeardGate());
    announce(session, (session.executor?.cores ?? 0) + 1);
    const frame = finished(1);
    const parts = [frame.subarray(0, 1500), frame.subarray(1500)];
    expect(parts.map((part) => sentOn(session, part)[0]?.equals(part))).toEqual([true, true]);
    expect(sentOn(session, finished(2)).map(cpusOf)).toEqual([2]);
  });
});

it('a driver before Spark 3.3, which counts by itself, is told as before', () => {
  const session = registeredSession('2.4.8', new HeardGate());
  announce(session, 9);
  const frame = statusUpdate('2.4.8', 1, 'FINISHED');
  expect(sentOn(session, frame)).toEqual([frame]);
  expect(sentOn(session, frame)).toEqual([frame]);
});
