import { parseConstraints } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { Harness, withExecutor } from './harness.ts';

const sentences = (harness: Harness) => harness.of('waiting').map(({ report }) => report.sentence);

describe('what is waited for is said', () => {
  test('F20: when no agent has what an executor needs', () => {
    const harness = new Harness()
      .subscribed()
      .offers({ id: 'o', agentId: 'a', cpus: 4, memMiB: 512 })
      .advance(6000);
    expect(sentences(harness)).toEqual([
      'Waiting for an executor with 1 + 1 cpus and 1408 MiB: host-of-a offers 512 of mem, 1408 are needed',
    ]);
    expect(harness.of('waiting')[0]?.report).toMatchObject({
      refusals: { MEM_SHORT: 1 },
      executors: 0,
      heldTasks: 0,
    });
  });

  test('F20: when none meets the constraints', () => {
    const harness = new Harness({ constraints: parseConstraints('rack:r1') })
      .subscribed()
      .cores(4)
      .advance(6000);
    expect(sentences(harness)[0]).toContain('host-of-a does not meet rack');
  });

  test('F22: when tasks wait since all cores are in use, or the limit is reached', () => {
    const harness = withExecutor().hold('1', '2').advance(20_000);
    expect(sentences(harness)[0]).toBe(
      'Waiting for cores for 2 tasks on 1 agent: all cores of these agents are in use',
    );
    const limited = withExecutor({ coresMax: 2 }).hold('1', '2').cores(1).advance(20_000);
    expect(sentences(limited)[0]).toContain('spark.cores.max=2 is reached');
  });

  test('F44: when there is no connection', () => {
    const harness = new Harness().subscribed().handle({ kind: 'disconnected', reason: 'connection reset' });
    expect(sentences(harness.advance(6000))[0]).toContain(
      'no connection to the Mesos master (connection reset)',
    );
  });

  test('F22: and not while all is well', () => {
    const harness = withExecutor().advance(100_000);
    expect(sentences(harness)).toEqual([]);
  });
});
