import { SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  DEFAULT_FINE_SETTINGS,
  type FineApplication,
  FineBackend,
  type FineSettings,
  type FineTask,
  type ProgramTask,
  SchedulerBackend,
} from '../../src/index.ts';

/** Waits until it holds. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 10 });

/** An application whose executors are `sleep`s and whose tasks end as soon as they are passed on. */
class InstantApplication implements FineApplication {
  readonly passed: string[] = [];
  readonly lost: string[] = [];
  readonly states: string[] = [];
  backend: FineBackend | undefined;
  frameworkId = '';

  launchExecutor({ executorId }: { executorId: number }) {
    return { name: `executor ${executorId}`, command: { value: 'exec sleep 600' } };
  }
  registered(frameworkId: string) {
    this.frameworkId = frameworkId;
  }
  executorLaunched() {}
  executorState({ executorId }: { executorId: number }, state: string) {
    this.states.push(`${executorId} ${state}`);
  }
  executorCores() {}
  pass({ taskId }: FineTask) {
    this.passed.push(taskId);
    this.backend?.ended(taskId);
  }
  taskLost({ taskId }: FineTask) {
    this.lost.push(taskId);
  }
  unpaid() {}
  waiting() {}
  failed() {}
}

describe('on an embedded Mesos', () => {
  let cluster: LocalCluster;
  beforeAll(async () => {
    const agent = { cpus: 3, memMiB: 2048 };
    cluster = await LocalCluster.start({ agents: [agent, agent], allocationIntervalMs: 100 });
  });
  afterAll(() => cluster.close());

  const client = () =>
    new SchedulerClient({
      master: cluster.master.url.replace('http://', ''),
      framework: { user: 'root', name: 'fine' },
    });

  function start(settings: Partial<FineSettings> = {}) {
    const application = new InstantApplication();
    const backend = new FineBackend({
      client: client(),
      application,
      settings: { ...DEFAULT_FINE_SETTINGS, executorMemoryMiB: 128, executorCores: 0.5, ...settings },
    });
    application.backend = backend;
    backend.start();
    return { application, backend };
  }

  const tasksOf = (frameworkId: string) =>
    cluster.state().frameworks.find(({ id }) => id === frameworkId)?.tasks ?? [];

  test('F1, F12, F62: tasks run in slots, and between jobs only the executors hold anything', async () => {
    const { application, backend } = start();
    await until(() =>
      expect(application.states.filter((state) => state.endsWith('RUNNING'))).toHaveLength(2),
    );
    const tasks = Array.from({ length: 200 }, (_, index) => `${index}`);
    for (const taskId of tasks) {
      backend.hold({ taskId, name: `task ${taskId}`, executorId: Number(taskId) % 2 });
    }
    await until(() => expect(application.passed).toHaveLength(200));
    expect(application.lost).toEqual([]);
    await until(() => {
      const live = tasksOf(application.frameworkId).filter(({ state }) => state === 'TASK_RUNNING');
      expect(live.map(({ resources }) => resources.cpus)).toEqual([0.5, 0.5]);
    });
    await until(() => expect(backend.snapshot()).toMatchObject({ cores: 1, heldTasks: 0, passedTasks: 0 }));
    await backend.stop({ graceMs: 0 });
  });

  test('F1, F30: in exact mode each task is a Mesos task of its own', async () => {
    const { application, backend } = start({ exact: true, coresMax: 3 });
    await until(() => expect(application.states).toContain('0 RUNNING'));
    for (const taskId of ['7', '8', '9']) {
      backend.hold({ taskId, name: `task ${taskId}`, executorId: 0 });
    }
    await until(() => expect([...application.passed].sort()).toEqual(['7', '8', '9']));
    await backend.stop({ graceMs: 0 });
  });

  test('F22, F32, F43: a program places its tasks on offers, and hears how each ends', async () => {
    const waiting = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
    const ends: string[] = [];
    const backend = new SchedulerBackend({
      client: client(),
      scheduler: {
        resourceOffers: (offers) =>
          offers.flatMap((worker) =>
            waiting.splice(0, Math.floor(worker.cpus)).map(
              (taskId): ProgramTask => ({
                taskId,
                name: taskId,
                worker,
                cpus: 1,
                memMiB: 32,
                command: { value: taskId === 'five' ? 'exit 3' : 'true' },
              }),
            ),
          ),
        statusUpdate: (taskId, state, { exitStatus }) => {
          if (state !== 'LAUNCHING' && state !== 'RUNNING') {
            ends.push(`${taskId} ${state} ${exitStatus}`);
          }
        },
        failed: (error) => ends.push(error.message),
      },
    });
    backend.reviveOffers();
    backend.start();
    await until(() => expect(ends).toHaveLength(8));
    expect(ends.filter((end) => end.endsWith('FINISHED 0'))).toHaveLength(7);
    expect(ends).toContain('five FAILED 3');
    expect(backend.applicationId).toBeDefined();
    await backend.stop();
  });
});
