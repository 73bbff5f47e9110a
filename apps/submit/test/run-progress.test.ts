import type { ApplicationSummary, ExecutorPlacement } from '@spark-mesos/spark-gateway';
import { describe, expect, test } from 'vitest';
import { readCommandLine, type SparkCommandName } from '../src/command-line.ts';
import { DriverJobsWatch } from '../src/driver-jobs-watch.ts';
import { DriverRefusals } from '../src/driver-refusals.ts';
import { JobProgress } from '../src/job-progress.ts';
import { progressObserver } from '../src/progress.ts';
import { mayHaveStatusLine } from '../src/run-progress.ts';
import { openStatusLine } from '../src/terminal.ts';

describe('the status line of a run', () => {
  test.each([
    ['submit', ['app.py'], true],
    ['submit', ['--class', 'Main', 'app.jar', '--no-progress'], true],
    ['submit', ['--class', 'Main', 'spark-internal'], true],
    ['submit', ['run-example', 'SparkPi'], true],
    ['submit', ['--no-progress', 'app.py'], false],
    ['submit', ['--class', 'org.apache.spark.repl.Main', 'spark-shell'], false],
    ['submit', ['pyspark-shell'], false],
    ['shell', [], false],
    ['pyspark', ['app.py'], false],
    ['sql', ['-e', 'SELECT 1'], false],
  ] as const)('%s %j may have one: %s', (command: SparkCommandName, words, expected) => {
    expect(mayHaveStatusLine(readCommandLine(command, words))).toBe(expected);
  });

  test.each([
    ['without the name of a terminal', {}],
    ['on a terminal that knows nothing', { TERM: 'dumb' }],
    ['where nothing but text is wanted', { TERM: 'xterm', NO_COLOR: '1' }],
  ])('is not there %s', (_, environment) => {
    expect(openStatusLine(environment)).toBeUndefined();
  });

  test('is fed by what the gateway sees, and says nothing once the application is over', () => {
    let shown = '';
    const jobs = new DriverJobsWatch({ tell: () => {} });
    const observer = progressObserver({
      output: { notice: () => {}, progress: () => {} },
      watch: undefined,
      refusals: new DriverRefusals(),
      onProblem: () => {},
      line: {
        job: new JobProgress((text) => {
          shown = text;
        }),
        jobs,
      },
    });
    const application: ApplicationSummary = { id: 'f-1', name: 'n', user: 'u' };
    const executor = { executorId: 0, agentId: 'S0', hostname: 'h', advertisedCores: 2, memoryMiB: 1024 };
    observer.frameworkRegistered?.(application);
    observer.waiting?.(application, { sentence: 'no offer has 2 cpus', waitingMs: 1, refusals: {} });
    expect(shown).toContain('no offer has 2 cpus');
    observer.executorLaunched?.(application, executor as ExecutorPlacement);
    observer.executorState?.(application, { executor: executor as ExecutorPlacement, state: 'RUNNING' });
    expect(shown).toBe('spark-mesos: 1 executor, 2 cores');
    observer.applicationFinished?.(application, 'unregistered');
    expect(shown).toBe('');
  });
});
