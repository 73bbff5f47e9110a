import { mesos } from '@spark-mesos/mesos-proto';
import { FakeClock, FakeSchedulerPort, makeOffer, makeStatus } from '@spark-mesos/scheduler-utils/testing';
import { describe, expect, test, vi } from 'vitest';
import {
  DEFAULT_FINE_SETTINGS,
  type FineApplication,
  FineBackend,
  type FineBackendOptions,
  type FineTask,
} from '../src/index.ts';

const { Type } = mesos.v1.scheduler.Call;
const EventType = mesos.v1.scheduler.Event.Type;

/** Waits until it holds. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 1 });

/** Writes down what it is told. */
class Listener implements FineApplication {
  readonly told: string[] = [];
  onPass: (task: FineTask) => void = () => {};

  launchExecutor = ({ executorId }: { executorId: number }) => ({
    name: `executor ${executorId}`,
    command: { value: '/bin/true' },
  });
  registered = (frameworkId: string) => void this.told.push(`registered ${frameworkId}`);
  executorLaunched = ({ executorId }: { executorId: number }) =>
    void this.told.push(`launched ${executorId}`);
  executorState = ({ executorId }: { executorId: number }, state: string) =>
    void this.told.push(`${executorId} ${state}`);
  executorCores = (_executor: unknown, cores: number) => void this.told.push(`cores ${cores}`);
  pass = (task: FineTask, reason: string) => {
    this.told.push(`pass ${task.taskId} ${reason}`);
    this.onPass(task);
  };
  taskLost = ({ taskId }: FineTask) => void this.told.push(`lost ${taskId}`);
  unpaid = ({ taskId }: FineTask) => void this.told.push(`unpaid ${taskId}`);
  waiting = ({ sentence }: { sentence: string }) => void this.told.push(sentence);
  failed = ({ message }: Error) => void this.told.push(`failed ${message}`);
}

async function started(options: Partial<FineBackendOptions> = {}) {
  const port = new FakeSchedulerPort();
  const clock = new FakeClock(1000);
  const application = new Listener();
  const backend = new FineBackend({
    client: port,
    application,
    settings: DEFAULT_FINE_SETTINGS,
    clock,
    taskIdPrefix: 'p',
    ...options,
  });
  backend.start();
  port.push({ kind: 'subscribed', frameworkId: 'f' });
  const offer = (id: string, cpus: number) =>
    port.push({
      kind: 'mesos',
      event: {
        type: EventType.OFFERS,
        offers: { offers: [makeOffer({ id, agentId: 'a', cpus, memMiB: 4096 })] },
      },
    });
  const update = (...status: Parameters<typeof makeStatus>) =>
    port.push({
      kind: 'mesos',
      event: { type: EventType.UPDATE, update: { status: makeStatus(...status) } },
    });
  offer('o1', 4);
  const number = options.nextExecutorId ?? 0;
  update(`p-e-${number}`, 'TASK_RUNNING');
  await until(() => expect(application.told).toContain(`${number} RUNNING`));
  return { port, clock, application, backend, offer, update };
}

const task = (taskId: string): FineTask => ({ taskId, name: `task ${taskId}`, executorId: 0 });

describe('the backend', () => {
  test('F22, F40: passes a task on within the call where a slot is there, else after REVIVE, ACCEPT and RUNNING', async () => {
    const { port, application, backend, offer, update } = await started();
    backend.hold(task('1'));
    expect(port.calls.at(-1)?.type).toBe(Type.REVIVE);
    offer('o2', 3);
    update('p-s-0', 'TASK_RUNNING');
    await until(() => expect(application.told).toContain('pass 1 paid'));
    expect(port.calls.at(-1)?.accept?.operations?.[0]?.launch?.taskInfos?.[0]?.name).toBe('task 1');
    backend.ended('1');
    backend.hold(task('2'));
    expect(application.told.at(-1)).toBe('pass 2 paid');
    await until(() => expect(port.acknowledged).toHaveLength(2));
  });

  test('F62: wakes itself to give slots back whose hold is over', async () => {
    const { port, clock, backend, offer, update, application } = await started();
    backend.hold(task('1'));
    offer('o2', 1);
    update('p-s-0', 'TASK_RUNNING');
    await until(() => expect(application.told).toContain('pass 1 paid'));
    backend.ended('1');
    clock.advance(50);
    expect(port.calls.at(-1)).toMatchObject({ type: Type.KILL, kill: { taskId: { value: 'p-s-0' } } });
  });

  test('F36: passes a task on to be killed within the call', async () => {
    const { application, backend } = await started();
    backend.hold(task('1'));
    backend.killed('1');
    expect(application.told.at(-1)).toBe('pass 1 killed');
  });

  test('F22: a task may end within the call that passes it on', async () => {
    const { application, backend, offer, update } = await started();
    application.onPass = ({ taskId }) => backend.ended(taskId);
    for (const taskId of ['1', '2', '3']) {
      backend.hold(task(taskId));
    }
    offer('o2', 1);
    update('p-s-0', 'TASK_RUNNING');
    await until(() =>
      expect(application.told.slice(-3)).toEqual(['pass 1 paid', 'pass 2 paid', 'pass 3 paid']),
    );
  });

  test('F44: asks what became of an ACCEPT that did not get through', async () => {
    const { port, backend, offer } = await started();
    backend.hold(task('1'));
    port.callError = new Error('connection reset');
    offer('o2', 1);
    await until(() =>
      expect(port.calls.at(-1)?.reconcile?.tasks?.map(({ taskId }) => taskId?.value)).toEqual(['p-s-0']),
    );
  });

  test('F42: answers what waits, kills what runs, and tears the framework down', async () => {
    const { port, application, backend, update } = await started();
    backend.hold(task('1'));
    const stopped = backend.stop({ graceMs: 0 });
    expect(application.told.at(-1)).toBe('lost 1');
    expect(port.calls.at(-1)).toMatchObject({ type: Type.KILL, kill: { taskId: { value: 'p-e-0' } } });
    update('p-e-0', 'TASK_KILLED');
    await stopped;
    expect(port.isTornDown).toBe(true);
    expect(application.told.at(-1)).toBe('0 KILLED');
  });

  test('leaves its framework to the next one, and asks nothing more of Mesos', async () => {
    const { port, backend } = await started();
    backend.hold(task('1'));
    const calls = port.calls.length;
    await backend.detach();
    expect(port).toMatchObject({ isTornDown: false, isClosed: true });
    expect(port.calls).toHaveLength(calls);
  });

  test('F34: goes on with executor numbers that none had before', async () => {
    const { application } = await started({ frameworkId: 'f', nextExecutorId: 40 });
    expect(application.told).toContain('launched 40');
  });

  test('F12, F32: says which tasks a slot has paid for, while it is there and afterwards', async () => {
    const { backend, clock, offer, update } = await started();
    for (const taskId of ['1', '2']) backend.hold(task(taskId));
    offer('o2', 1);
    update('p-s-0', 'TASK_RUNNING');
    await until(() => expect(backend.snapshot().passedTasks).toBe(1));
    backend.ended('1');
    expect(backend.snapshot().executors[0]?.slots).toMatchObject([{ carried: 2, tasks: ['1', '2'] }]);
    backend.ended('2');
    clock.advance(DEFAULT_FINE_SETTINGS.holdMs);
    update('p-s-0', 'TASK_KILLED');
    await until(() =>
      expect(backend.snapshot().endedSlots).toEqual([
        { taskId: 'p-s-0', name: 'task 1', hostname: 'host-of-a', cores: 1, carried: 2, tasks: ['1', '2'] },
      ]),
    );
  });
});
