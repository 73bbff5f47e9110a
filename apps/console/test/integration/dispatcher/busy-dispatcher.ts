import type { Attempt, Submission } from '@spark-mesos/cluster-dispatcher';
import { attempt, FakeService } from '@spark-mesos/cluster-dispatcher/testing';

const MINUTE = 60_000;

/** Submissions of an ordinary day, told from now on backwards. */
export function busyDispatcher(nowMs = Date.now()): FakeService {
  const service = new FakeService();
  service.state = {
    ...service.state,
    frameworkId: 'e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-0014',
    master: '10.0.0.1:5050',
  };
  addQueued(service, nowMs);
  addRunning(service, nowMs);
  addRetrying(service, nowMs);
  addFinished(service, nowMs);
  const count = (...states: readonly string[]) =>
    [...service.submissions.values()].filter(({ state }) => states.includes(state)).length;
  service.queues = () => ({
    queues: [
      { name: 'urgent', priority: 10, queued: 1, running: 2, retrying: 0, maxRunning: 20 },
      { name: 'default', priority: 0, queued: count('queued') - 1, running: 3, retrying: 2 },
      { name: 'nightly', priority: -5, queued: 0, running: 1, retrying: 0, maxQueued: 500, maxRunning: 4 },
    ],
    queued: count('queued'),
    running: count('launching', 'running', 'unreachable', 'killing'),
    retrying: count('retrying'),
    finished: count('finished'),
    maxQueued: 10_000,
    maxRunning: 200,
    strictOrder: false,
    next: [...service.submissions.values()].filter(({ state }) => state === 'queued').map(({ id }) => id),
    offers: 'flowing',
  });
  const metrics = service.metrics();
  let asked = 0;
  service.metrics = () => {
    asked += 1;
    return {
      ...metrics,
      offersTotal: 4_000 + asked * 9,
      offersDeclinedTotal: 3_100 + asked * 6,
      endedByTaskState: { TASK_FINISHED: 1_204, TASK_FAILED: 37, TASK_KILLED: 12, TASK_LOST: 3 },
      submitToFirstLaunchMs: [240, 310, 900],
      launchToFinishMs: [14 * MINUTE, 31 * MINUTE, 52 * MINUTE],
    };
  };
  return service;
}

function addQueued(service: FakeService, nowMs: number): void {
  const add = (number: number, name: string, minutes: number, changes: Partial<Submission> = {}) =>
    service.add(idOf(number), { name, submittedAtMs: nowMs - minutes * MINUTE, ...changes });
  const big = { cpus: 4, memMiB: 18_432, heapMiB: 16_384, diskMiB: 0 };
  add(41, 'Revenue by region', 12, {
    queue: 'urgent',
    priority: 10,
    owner: 'nightly-jobs',
    resources: big,
    request: {
      appResource: 'hdfs://names/jobs/revenue-2.4.1.jar',
      mainClass: 'org.example.reports.RevenueByRegion',
      arguments: ['--month', '2026-10', '--password', 'hunter2'],
      properties: {
        'spark.app.name': 'Revenue by region',
        'spark.driver.cores': '4',
        'spark.driver.memory': '16g',
        'spark.mesos.constraints': 'rack:r1,r2',
        'spark.mesos.principal': 'nightly',
        'spark.mesos.secret': 'correct horse battery staple',
        'spark.sql.shuffle.partitions': '400',
      },
      environment: { AWS_SECRET_ACCESS_KEY: 'abcdef', SPARK_USER: 'nightly' },
    },
  });
  add(42, 'Sessions of yesterday', 7);
  add(43, 'Sessions of the week', 3);
}

function addRunning(service: FakeService, nowMs: number): void {
  const add = (number: number, name: string, minutes: number, changes: Partial<Submission> = {}) => {
    const launchedAtMs = nowMs - minutes * MINUTE;
    const agent = (number % 3) + 1;
    const one = attempt(idOf(number), {
      agentId: `e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-S${agent}` as Attempt['agentId'],
      hostname: `worker-${agent}`,
      launchedAtMs,
      startedAtMs: launchedAtMs + 900,
      taskState: 'TASK_RUNNING',
    });
    service.add(idOf(number), {
      name,
      state: 'running',
      submittedAtMs: launchedAtMs - 310,
      attempts: [one],
      attemptCount: 1,
      ...changes,
    });
  };
  add(31, 'Clickstream, continuous', 3_000, { supervise: true, queue: 'urgent', priority: 10 });
  add(32, 'Fraud scores', 95, { owner: 'fraud' });
  add(33, 'Features for the ranking', 41);
  add(34, 'Index of documents', 8, { state: 'unreachable', message: 'its agent is cut off from the master' });
  add(35, 'Export to the warehouse', 4, { state: 'killing', queue: 'nightly', priority: -5 });
  add(36, 'Ad hoc query of Ada', 1);
}

function addRetrying(service: FakeService, nowMs: number): void {
  const failed = (id: string, number: number, minutes: number) =>
    attempt(number === 1 ? id : `${id}-retry-${number - 1}`, {
      number,
      hostname: `worker-${(number % 3) + 1}`,
      launchedAtMs: nowMs - minutes * MINUTE,
      finishedAtMs: nowMs - minutes * MINUTE + 22_000,
      taskState: 'TASK_FAILED',
      message: 'Command exited with status 1',
      reason: 'REASON_COMMAND_EXECUTOR_FAILED',
      exitStatus: 1,
    });
  for (const [number, name, waitSeconds] of [
    [21, 'Prices from the exchange', 16],
    [22, 'Weather every hour', 47],
  ] as const) {
    service.add(idOf(number), {
      name,
      state: 'retrying',
      supervise: true,
      submittedAtMs: nowMs - 26 * MINUTE,
      message: 'Command exited with status 1',
      attempts: [failed(idOf(number), 1, 25), failed(idOf(number), 2, 9), failed(idOf(number), 3, 1)],
      attemptCount: 3,
      retry: {
        retries: 3,
        waitSeconds: 60,
        nextRetryAtMs: nowMs + waitSeconds * 1000,
        lastFailure: 'Command exited with status 1 (TASK_FAILED on worker-1)',
      },
    });
  }
}

function addFinished(service: FakeService, nowMs: number): void {
  const endings = [
    ['FINISHED', 'TASK_FINISHED', 0, ''],
    ['FINISHED', 'TASK_FINISHED', 0, ''],
    ['FAILED', 'TASK_FAILED', 137, 'Container exceeded its memory: 1.4 GiB are allowed'],
    ['FINISHED', 'TASK_FINISHED', 0, ''],
    ['KILLED', 'TASK_KILLED', 143, 'killed by admin'],
    ['LOST', 'TASK_GONE', undefined, 'its agent was declared gone by an operator'],
  ] as const;
  for (let index = 0; index < 130; index += 1) {
    const [finalState, taskState, exitStatus, message] = endings[index % endings.length] ?? endings[0];
    const id = `driver-20261120${String(index).padStart(6, '0')}-${String(index).padStart(4, '0')}`;
    const launchedAtMs = nowMs - (index + 3) * 17 * MINUTE;
    const finishedAtMs = launchedAtMs + (6 + (index % 7)) * MINUTE;
    service.add(id, {
      name: `${['Sessions', 'Invoices', 'Stock levels', 'Search terms'][index % 4]} ${index}`,
      state: 'finished',
      finalState,
      ...(message === '' ? {} : { message }),
      submittedAtMs: launchedAtMs - 400,
      finishedAtMs,
      attempts: [
        attempt(id, {
          hostname: `worker-${(index % 3) + 1}`,
          launchedAtMs,
          finishedAtMs,
          taskState,
          ...(exitStatus === undefined ? {} : { exitStatus }),
        }),
      ],
      attemptCount: 1,
    });
  }
}

/** The id of one of those that are not finished. */
export function idOf(number: number): string {
  return `driver-20261121120000-${String(number).padStart(4, '0')}`;
}
