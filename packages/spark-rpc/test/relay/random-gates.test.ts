import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeardGate, killTask, launchTask, RELAYED_SPARKS, registeredSession, slices } from './recorded.ts';

/** What a driver sends, and what becomes of it. */
type Step =
  /** `passAfter`: at once, after so many pieces of what the driver sends, or never. */
  | { readonly kind: 'launch'; readonly extraBytes: number; readonly passAfter: number }
  | { readonly kind: 'kill'; readonly task: number }
  /** We have it ended, after so many pieces. */
  | { readonly kind: 'own kill'; readonly task: number; readonly after: number }
  | { readonly kind: 'other'; readonly type: number; readonly body: Uint8Array };

const NEVER = 1_000_000;
const passAfter = fc.oneof(fc.constant(0), fc.nat({ max: 30 }), fc.constant(NEVER));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('launch' as const),
    extraBytes: fc.oneof(fc.constant(0), fc.nat({ max: 8_000 })),
    passAfter,
  }),
  fc.record({ kind: fc.constant('kill' as const), task: fc.nat({ max: 12 }) }),
  fc.record({
    kind: fc.constant('own kill' as const),
    task: fc.nat({ max: 12 }),
    after: fc.nat({ max: 30 }),
  }),
  fc.record({
    kind: fc.constant('other' as const),
    type: fc.constantFrom(3, 4, 5, 9, 77),
    body: fc.uint8Array({ maxLength: 3000 }),
  }),
);

function otherFrame(type: number, body: Uint8Array): Buffer {
  const frame = Buffer.concat([Buffer.alloc(21), body]);
  frame.writeBigInt64BE(BigInt(frame.byteLength));
  frame[8] = type;
  return frame;
}

function framesIn(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const length = Number(bytes.readBigInt64BE(at));
    expect(length).toBeGreaterThan(8);
    expect(at + length).toBeLessThanOrEqual(bytes.byteLength);
    frames.push(bytes.subarray(at, at + length));
    at += length;
  }
  return frames;
}

describe('a gate that decides at random', () => {
  it.each(RELAYED_SPARKS)('loses nothing, doubles nothing and changes nothing of Spark %s', (spark) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.integer({ min: 1, max: 9000 }), (steps, size) => {
        const gate = new HeardGate();
        const session = registeredSession(spark, gate);
        const launches = new Map<number, Buffer>();
        const passAt = new Map<number, number>();
        const frames = steps.flatMap((each): Buffer[] => {
          if (each.kind === 'other') return [otherFrame(each.type, each.body)];
          if (each.kind === 'kill') return [killTask(spark, each.task)];
          if (each.kind === 'own kill') return [];
          const taskId = launches.size;
          const frame = launchTask(spark, taskId, each.extraBytes);
          launches.set(taskId, frame);
          passAt.set(taskId, each.passAfter);
          return [frame];
        });
        const ownKills = steps.filter((each) => each.kind === 'own kill');
        const passed = new Set<number>();
        const pass = (taskId: number): void => {
          const went = session.pass(taskId);
          // It may have gone already, with a kill behind it.
          expect(passed.has(taskId) && went).toBe(false);
          passed.add(taskId);
        };
        gate.decide = ({ taskId }) => {
          if (passAt.get(taskId) === 0) pass(taskId);
        };
        const sent: Buffer[] = [];
        const ours: string[] = [];
        let turn = 0;
        for (const slice of slices(Buffer.concat(frames), size)) {
          session.fromDriver(slice);
          sent.push(...session.takeOutput());
          turn += 1;
          for (const { taskId } of gate.held) if (passAt.get(taskId) === turn) pass(taskId);
          for (const own of ownKills) {
            if (own.after === turn && session.kill(own.task, `ours ${own.task}`))
              ours.push(`ours ${own.task}`);
          }
          sent.push(...session.takeOutput());
        }

        const out = framesIn(Buffer.concat(sent));
        const isLaunch = (frame: Buffer): boolean =>
          [...launches.values()].some((each) => each.equals(frame));
        const isOurs = (frame: Buffer): boolean => frame.includes('ours ');
        // All else goes out in the order in which it came.
        const others = out.filter((frame) => !isLaunch(frame) && !isOurs(frame));
        const sentOthers = frames.filter((frame) => !isLaunch(frame));
        expect(others.map((frame) => frame.toString('latin1'))).toEqual(
          sentOthers.map((frame) => frame.toString('latin1')),
        );
        expect(out.filter(isOurs).map((frame) => /ours \d+/.exec(frame.toString('latin1'))?.[0])).toEqual(
          ours,
        );
        // Each task goes out once, when it may, or before its kill.
        expect(gate.held.map(({ taskId }) => taskId)).toEqual([...launches.keys()]);
        const heldBytes = [...launches].map(([taskId, frame]) => {
          const at = out.flatMap((each, index) => (each.equals(frame) ? [index] : []));
          const kill = out.findIndex((each) => each.equals(killTask(spark, taskId)));
          const isKilled =
            session.pass(taskId) === false &&
            (passed.has(taskId) || ours.includes(`ours ${taskId}`) || kill >= 0);
          expect(at.length).toBe(isKilled ? 1 : 0);
          return isKilled ? 0 : frame.byteLength;
        });
        // And what was held comes out of it as it came in.
        const rest = Buffer.concat(session.takeOutput());
        expect(rest.byteLength).toBe(heldBytes.reduce((sum, bytes) => sum + bytes, 0));
        expect(framesIn(rest).every(isLaunch)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.each(RELAYED_SPARKS)('has each kill of the driver behind its task, on Spark %s', (spark) => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 1 }),
        fc.integer({ min: 1, max: 5000 }),
        (killed, size) => {
          const gate = new HeardGate();
          const session = registeredSession(spark, gate);
          const launches = [0, 1, 2, 3, 4].map((taskId) => launchTask(spark, taskId));
          const kills = killed.map((taskId) => killTask(spark, taskId));
          const sent: Buffer[] = [];
          for (const slice of slices(Buffer.concat([...launches, ...kills]), size)) {
            session.fromDriver(slice);
            sent.push(...session.takeOutput());
          }
          const expected = killed.flatMap((taskId) => [
            launches[taskId] ?? Buffer.alloc(0),
            killTask(spark, taskId),
          ]);
          expect(Buffer.concat(sent).equals(Buffer.concat(expected))).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });
});
