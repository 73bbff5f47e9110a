import type { ExecutorPlacement, ExecutorState } from '@spark-mesos/spark-gateway';
import { describe, expect, test } from 'vitest';
import { DriverJobsWatch } from '../src/driver-jobs-watch.ts';
import { JobProgress, jobsUrl, type TaskCounts, taskCounts } from '../src/job-progress.ts';

function executor(executorId: number): ExecutorPlacement {
  return {
    executorId,
    taskId: `t-${executorId}`,
    agentId: 'S0',
    hostname: 'host',
    cores: 2,
    advertisedCores: 2,
    memoryMiB: 1024,
    profileId: 0,
  } as unknown as ExecutorPlacement;
}

function progress() {
  let shown = '';
  const job = new JobProgress((text) => {
    shown = text;
  });
  const changed = (executorId: number, state: ExecutorState) =>
    job.changed({ executor: executor(executorId), state });
  return { job, changed, shown: () => shown };
}

describe('the progress of a job', () => {
  test('counts executors and their cores, and says why more are not had', () => {
    const { job, changed, shown } = progress();
    job.waits('no offer has 4 cpus');
    expect(shown()).toBe('spark-mesos: 0 executors, 0 cores | no offer has 4 cpus');
    job.launched(executor(0));
    job.launched(executor(1));
    expect(shown()).toBe('spark-mesos: 2 executors (2 starting), 4 cores');
    changed(0, 'LAUNCHING');
    changed(0, 'RUNNING');
    changed(1, 'FAILED');
    expect(shown()).toBe('spark-mesos: 1 executor, 2 cores');
    job.ended();
    expect(shown()).toBe('');
  });

  test('counts the tasks of jobs that run', () => {
    const { job, shown } = progress();
    const counts: TaskCounts = { jobs: 1, tasks: 40, done: 12, running: 4, failed: 0 };
    job.tasks(counts);
    expect(shown()).toBe('spark-mesos: 12/40 tasks done, 4 running | 0 executors, 0 cores');
    job.tasks({ ...counts, jobs: 2, failed: 1 });
    expect(shown()).toContain('12/40 tasks of 2 jobs done, 4 running, 1 failed |');
    job.tasks({ jobs: 0, tasks: 0, done: 0, running: 0, failed: 0 });
    expect(shown()).toContain('no job runs |');
    job.tasks(undefined);
    expect(shown()).toBe('spark-mesos: 0 executors, 0 cores');
  });

  test('reads what the driver answers, and leaves out what has another form', () => {
    const running = {
      numTasks: 10,
      numSkippedTasks: 4,
      numCompletedTasks: 3,
      numActiveTasks: 2,
      numFailedTasks: 1,
    };
    expect(taskCounts([running, { numTasks: 2 }, null, { numTasks: 'many' }])).toEqual({
      jobs: 2,
      tasks: 8,
      done: 3,
      running: 2,
      failed: 1,
    });
    expect(taskCounts({ error: 'none' })).toBeUndefined();
  });

  test('is asked for at the page that the driver has named, if any', () => {
    const application = { id: 'f-1', name: 'n', user: 'u' };
    expect(jobsUrl({ ...application, uiUrl: 'http://h:4040/' })).toBe(
      'http://h:4040/api/v1/applications/f-1/jobs?status=running',
    );
    expect(jobsUrl(application)).toBeUndefined();
  });
});

describe('the jobs of a driver', () => {
  test('are asked for again and again until the end, also when it does not answer', async () => {
    const told: (TaskCounts | undefined)[] = [];
    const answers = [[{ numTasks: 4, numCompletedTasks: 1 }], new Error('away'), []];
    let asked = 0;
    await new Promise<void>((resolve) => {
      const watch = new DriverJobsWatch({
        tell: (tasks) => {
          told.push(tasks);
          if (told.length < 3) return;
          watch.close();
          resolve();
        },
        intervalMs: 1,
        fetchJson: async (url) => {
          expect(url).toContain('/f-1/jobs');
          const answer = answers[asked];
          asked += 1;
          if (answer instanceof Error) throw answer;
          return answer;
        },
      });
      const application = { id: 'f-1', name: 'n', user: 'u', uiUrl: 'http://h:4040' };
      watch.begin(application);
      watch.begin(application);
    });
    expect(told.map((tasks) => tasks?.tasks)).toEqual([4, undefined, 0]);
  });
});
