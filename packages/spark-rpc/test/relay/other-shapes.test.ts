import { JavaObject, readObjectStream, writeObjectStream } from '@spark-mesos/java-serialization';
import { describe, expect, it } from 'vitest';
import {
  HeardGate,
  killTask,
  launchTask,
  RELAYED_SPARKS,
  registeredSession,
  slices,
  statusUpdate,
} from './recorded.ts';

const STREAM = Buffer.of(0xac, 0xed, 0, 5);

/** The message as a Spark to come might have it: with another field before all others, or with a superclass. */
function reshaped(frame: Buffer, how: 'field' | 'superclass'): Buffer {
  const at = frame.indexOf(STREAM);
  const message = readObjectStream(frame.subarray(at));
  if (!(message instanceof JavaObject)) throw new Error('not a message');
  const { descriptor } = message;
  const values = new Map(message.fields);
  const named = { name: 'another', typeCode: 'L', className: 'Ljava/lang/String;' } as const;
  values.set('another', 'something');
  const { fields } = descriptor;
  const primitives = fields.filter(({ typeCode }) => typeCode !== 'L');
  const others = fields.filter(({ typeCode }) => typeCode === 'L');
  const superClass = { ...descriptor, name: 'org.example.Message', fields: [named], superClass: null };
  const changed =
    how === 'field'
      ? { ...descriptor, fields: [...primitives, named, ...others] }
      : { ...descriptor, superClass };
  const content = writeObjectStream(JavaObject.of(changed, values));
  const bytes = Buffer.concat([frame.subarray(0, at), content]);
  bytes.writeBigInt64BE(BigInt(bytes.byteLength));
  bytes.writeInt32BE(bytes.byteLength - 13, 9);
  return bytes;
}

describe.each(RELAYED_SPARKS.flatMap((spark) => [[spark, 'field'] as const, [spark, 'superclass'] as const]))(
  'messages of Spark %s with another %s',
  (spark, how) => {
    it.each([1, 1000, 100_000])('are read as a whole, in slices of %i bytes', (size) => {
      const gate = new HeardGate();
      const session = registeredSession(spark, gate);
      const launches = [1, 2].map((taskId) => reshaped(launchTask(spark, taskId), how));
      const kill = reshaped(killTask(spark, 2), how);
      const sent: Buffer[] = [];
      for (const slice of slices(Buffer.concat([...launches, kill]), size)) {
        session.fromDriver(slice);
        sent.push(...session.takeOutput());
      }
      expect(gate.heard).toEqual(['registered 0', 'held 1', 'held 2', 'kill 2 on 0']);
      expect(gate.held[1]).toMatchObject({ taskId: 2, index: 0, byteLength: launches[1]?.byteLength });
      session.pass(1);
      session.kill(1, 'it has no cores');
      sent.push(...session.takeOutput());
      const expected = Buffer.concat([launches[1] ?? kill, kill, launches[0] ?? kill]);
      const bytes = Buffer.concat(sent);
      expect(bytes.subarray(0, expected.byteLength).equals(expected)).toBe(true);
      expect(bytes.includes('it has no cores')).toBe(true);

      gate.heard.length = 0;
      const updates = [
        reshaped(statusUpdate(spark, 1, 'RUNNING'), how),
        reshaped(statusUpdate(spark, 1, 'FINISHED'), how),
      ];
      for (const slice of slices(Buffer.concat(updates), size)) session.fromExecutor(slice, () => {});
      expect(gate.heard).toEqual(['FINISHED 1 on 0']);
    });

    it('end the connection where they are too long for that', () => {
      const session = registeredSession(spark, new HeardGate(), { maxMessageBytes: 5000 });
      expect(() => session.fromDriver(reshaped(launchTask(spark, 1), how))).toThrow(
        /too long to be read, 5000/,
      );
    });
  },
);
