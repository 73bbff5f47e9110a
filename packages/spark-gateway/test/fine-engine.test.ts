import { mesos } from '@spark-mesos/mesos-proto';
import { parseSettings, silentLogger } from '@spark-mesos/scheduler-utils';
import { FakeSchedulerPort, makeOffer, makeStatus } from '@spark-mesos/scheduler-utils/testing';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { BackendRequest, EngineApplication } from '../src/backend.ts';
import type { RelayOpener, SlotLineOpener } from '../src/executor-relay.ts';
import { explain } from '../src/explain.ts';
import { FineEngine } from '../src/fine-engine.ts';
import type { SlotLineListener } from '../src/slot-lines.ts';
import { FakeRelay } from './support/fake-relay.ts';
import { placement } from './support/fakes.ts';

const EventType = mesos.v1.scheduler.Event.Type;

/** Waits until it holds. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 1 });

let told: string[];
let port: FakeSchedulerPort;
let relays: FakeRelay[];
let slotLines: SlotLineListener | undefined;

const application: EngineApplication = {
  launch: (executor, driverUrl) => {
    told.push(`launch ${executor.executorId} with ${executor.advertisedCores} cores, ${driverUrl}`);
    return { name: 'executor', command: { value: 'true' } };
  },
  registered: (id) => told.push(`registered ${id}`),
  executorLaunched: ({ executorId }) => told.push(`launched ${executorId}`),
  executorState: ({ executorId }, state, { message }) =>
    told.push(`executor ${executorId} ${state}${message === undefined ? '' : `: ${message}`}`),
  waiting: ({ sentence }) => told.push(sentence),
  failed: (error) => told.push(`failed ${(error as { code?: string }).code}: ${error.message}`),
};

const openRelay: RelayOpener = async ({ gate }) => {
  const relay = new FakeRelay(gate);
  relays.push(relay);
  return relay;
};

const openSlotLines: SlotLineOpener = async ({ listener, advertisedHost: host }) => {
  slotLines = listener;
  return {
    placeOf: (slotTaskId) => ({ host, port: 7200, token: `token of ${slotTaskId}` }),
    tell: (_, end) => void told.push(`slot ${end}`),
    close: async () => void told.push('slot lines closed'),
  };
};

function engine(
  properties: Record<string, string> = {},
  changes: Partial<BackendRequest> = {},
  opener = openRelay,
  lineOpener = openSlotLines,
  version = '3.5.6',
): FineEngine {
  const parsed = parseSettings(new Map([['spark.mesos.coarse', 'false'], ...Object.entries(properties)]));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const request: BackendRequest = {
    application,
    settings: parsed.settings,
    framework: { user: 'ada', name: 'Pi' },
    credentials: undefined,
    driver: {
      address: { host: '127.0.0.1', port: 40_001 },
      properties: new Map(),
      spark: { home: '/opt/spark', version },
      executor: { memoryMiB: 1024 },
    },
    logger: silentLogger,
    onOffers: () => {},
    onAgentFailed: () => {},
    onConnection: () => {},
    ...changes,
  };
  return new FineEngine(request, port, opener, lineOpener);
}

const offer = (id: string, cpus: number, agentId = 'a') =>
  port.push({
    kind: 'mesos',
    event: { type: EventType.OFFERS, offers: { offers: [makeOffer({ id, agentId, cpus, memMiB: 4096 })] } },
  });

const update = (...status: Parameters<typeof makeStatus>) =>
  port.push({ kind: 'mesos', event: { type: EventType.UPDATE, update: { status: makeStatus(...status) } } });

/** Ids of the tasks that were launched, in order. */
const launched = () =>
  port.calls.flatMap(({ accept }) =>
    (accept?.operations ?? []).flatMap(({ launch }) =>
      (launch?.taskInfos ?? []).map(({ taskId }) => taskId?.value ?? ''),
    ),
  );

/** An engine whose executor 0 runs and is connected. */
async function running(
  properties: Record<string, string> = {},
  lineOpener = openSlotLines,
  version = '3.5.6',
) {
  const made = engine(properties, {}, openRelay, lineOpener, version);
  made.setExecutorTotals(new Map([[0, { memoryMiB: 1024 }]]));
  made.start();
  port.push({ kind: 'subscribed', frameworkId: 'f-1' });
  offer('o1', 4);
  await until(() => expect(launched()).toHaveLength(1));
  const [executorTask = ''] = launched();
  update(executorTask, 'TASK_RUNNING');
  await until(() => expect(told).toContain('executor 0 RUNNING'));
  const [relay] = relays;
  if (relay === undefined) throw new Error('there is no relay');
  relay.connect('0');
  return { made, relay, executorTask };
}

/** The same with a task that runs on a slot. */
async function withTask(properties: Record<string, string> = {}, lineOpener = openSlotLines) {
  const parts = await running(properties, lineOpener);
  parts.relay.hold('0', 7);
  offer('o2', 3);
  await until(() => expect(launched()).toHaveLength(2));
  const slot = launched()[1] ?? '';
  update(slot, 'TASK_RUNNING');
  await until(() => expect(parts.relay.told).toContain('pass 7 to 0'));
  return { ...parts, slot };
}

beforeEach(() => {
  told = [];
  relays = [];
  slotLines = undefined;
  port = new FakeSchedulerPort();
});

describe('an engine of fine mode', () => {
  test('F21: launches executors that look for their driver at the relay, with the cores that their agent could give', async () => {
    await running();
    expect(told).toContain('launch 0 with 3 cores, spark://CoarseGrainedScheduler@gateway:7100');
    expect(told).toContain('launched 0');
  });

  test('places nothing before it is told to: an application may have to be written down first', async () => {
    const made = engine();
    made.start();
    port.push({ kind: 'subscribed', frameworkId: 'f-1' });
    offer('o1', 4);
    await until(() => expect(port.calls.some(({ decline }) => decline != null)).toBe(true));
    expect(launched()).toEqual([]);
    made.setExecutorTotals(new Map([[0, { memoryMiB: 1024 }]]));
    offer('o2', 4);
    await until(() => expect(launched()).toHaveLength(1));
  });

  test('F22, F32: holds a task until a slot pays for it, and gives the slot the next when it has ended', async () => {
    const { relay } = await withTask();
    relay.gate.taskEnded('0', 7, 'FINISHED');
    relay.hold('0', 8);
    expect(relay.told).toContain('pass 8 to 0');
    expect(launched()).toHaveLength(2);
  });

  test('F30: in exact mode the Mesos task has the name of the Spark task', async () => {
    await withTask({ 'spark.mesos.fine.exact': 'true' });
    const names = port.calls.flatMap(({ accept }) =>
      (accept?.operations ?? []).flatMap(({ launch }) => (launch?.taskInfos ?? []).map(({ name }) => name)),
    );
    expect(names[1]).toBe('task 7.0 in stage 0.0 (TID 7)');
  });

  test('F32, F53: has the Mesos task of a task end as that has, in exact mode over the line of its slot', async () => {
    const { relay, slot } = await withTask({ 'spark.mesos.fine.exact': 'true' });
    const command = port.calls.at(-1)?.accept?.operations?.[0]?.launch?.taskInfos?.[0]?.command;
    expect(command?.arguments?.slice(-3)).toEqual(['gateway', '7200', slot]);
    slotLines?.slotConnected(slot);
    relay.gate.taskEnded('0', 7, 'FAILED');
    expect(told.at(-1)).toBe('slot FAILED');
  });

  test('F32: gives a slot back by a kill where no line can be opened', async () => {
    const refuse: SlotLineOpener = async () => {
      throw new Error('address not available');
    };
    const { relay, slot } = await withTask({ 'spark.mesos.fine.exact': 'true' }, refuse);
    relay.gate.taskEnded('0', 7, 'FINISHED');
    await until(() => expect(port.calls.at(-1)).toMatchObject({ kill: { taskId: { value: slot } } }));
  });

  test('F36: passes a task that its driver wants killed, with the kill behind it', async () => {
    const { relay } = await running();
    relay.hold('0', 7);
    relay.killTask('0', 7);
    expect(relay.told).toEqual(['pass 7 to 0', 'kill message of 7']);
  });

  test('F32, F34: a slot that is lost under its task ends the task alone', async () => {
    const { relay, slot, made } = await withTask();
    update(slot, 'TASK_LOST');
    await until(() => expect(relay.told.at(-1)).toMatch(/^kill 7 on 0: /));
    expect(made.snapshot().executors).toHaveLength(1);
  });

  test('F33: the end of an executor closes its connection, so that its driver runs its tasks elsewhere', async () => {
    const { relay, executorTask } = await withTask();
    update(executorTask, 'TASK_FAILED');
    await until(() => expect(relay.told.at(-1)).toMatch(/^disconnect 0: /));
    expect(told.at(-1)).toMatch(/^executor 0 FAILED/);
  });

  test('F33: a task for an executor that is being killed is answered by the end of its connection', async () => {
    const { made, relay } = await running();
    expect(made.killExecutors([0])).toBe(true);
    relay.hold('0', 7);
    expect(relay.told).toEqual([expect.stringMatching(/^disconnect 0: .*gone/)]);
    expect(made.killExecutors([5])).toBe(false);
  });

  test('an executor that nobody has launched is not let in', async () => {
    const { relay } = await running();
    relay.connect('9');
    expect(relay.told).toEqual(['disconnect 9: nobody has launched it']);
  });

  test('F12, F62: says what it holds: the executor, and its slots with the tasks that each has had', async () => {
    const { made } = await withTask({ 'spark.mesos.mesosExecutor.cores': '0.5' });
    expect(made.summary()).toMatchObject({ alive: 1, cores: 1.5, waiting: undefined });
    expect(made.snapshot().executors).toMatchObject([
      {
        executorId: 0,
        cores: 0.5,
        taskCores: 3,
        heldTasks: 0,
        slots: [
          { cores: 1, status: 'busy', carried: 1, tasks: ['7'], name: 'task 7.0 in stage 0.0 (TID 7)' },
        ],
      },
    ]);
  });

  test('F21: tells the driver when its agent could give more cores, or fewer', async () => {
    const { relay } = await running();
    offer('o2', 6);
    await until(() => expect(relay.told).toEqual(['6 cores on 0']));
    offer('o3', 2);
    await until(() => expect(relay.told).toEqual(['6 cores on 0', '2 cores on 0']));
  });

  test.each([
    [
      '3.5.6',
      [
        '0 cores on 0',
        'kill 7 on 0: no core could be had for it on host-of-a for 5 s, and other executors have some',
      ],
    ],
    // It could not be told that the executor has no cores, and would send the task there again.
    ['3.2.4', []],
  ])(
    'F21, F22: a task that waits where somebody else has the cores goes back to the driver of Spark %s, or not',
    async (version, words) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      onTestFinished(() => void vi.useRealTimers());
      const { relay } = await running({}, openSlotLines, version);
      offer('o2', 4, 'b');
      await until(() => expect(launched()).toHaveLength(2));
      update(launched()[1] ?? '', 'TASK_RUNNING');
      await until(() => expect(told).toContain('executor 1 RUNNING'));
      relay.hold('0', 7);
      await vi.advanceTimersByTimeAsync(6000);
      expect(relay.told).toEqual(words);
    },
  );

  test('explains itself in the same words as the other engine', async () => {
    const { made } = await withTask();
    const summary = { name: 'Pi', user: 'ada' };
    const snapshot = made.snapshot();
    const explanation = explain({ summary, phase: 'running', registeredAtMs: 0, snapshot }, 0);
    expect(explanation.application.sentence).toBe('has what it wants: 1 executor with 2 cores');
    expect(explanation.holds).toMatchObject([{ cores: 1, taskCores: 3, slots: [{ tasks: ['7'] }] }]);
    expect(explanation.endedSlots).toEqual([]);
  });

  test('F15, F63, F66: has GPUs, labels, limits and numbers of executors as in coarse mode', async () => {
    const made = engine(
      { 'spark.mesos.gpus.max': '1', 'spark.mesos.task.labels': 'team:red', 'spark.cores.max': '2' },
      {
        driver: {
          address: { host: 'a', port: 1 },
          properties: new Map(),
          spark: { home: '/opt/spark', version: '3.5.6' },
          executor: { memoryMiB: 1024, gpus: 1 },
        },
      },
    );
    const alike = { memoryMiB: 1024, gpus: 1 };
    made.setExecutorTotals(new Map([[0, { ...alike, total: 1 }]]));
    made.start();
    port.push({ kind: 'subscribed', frameworkId: 'f-1' });
    const gpus = ['a', 'b'].map((agentId) =>
      makeOffer({ id: agentId, agentId, cpus: 4, memMiB: 4096, gpus: 1 }),
    );
    port.push({ kind: 'mesos', event: { type: EventType.OFFERS, offers: { offers: gpus } } });
    await until(() => expect(launched()).toHaveLength(1));
    const [task] = port.calls.flatMap(({ accept }) => accept?.operations?.[0]?.launch?.taskInfos ?? []);
    expect(task?.labels?.labels).toEqual([{ key: 'team', value: 'red' }]);
    const held = (task?.resources ?? []).map(({ name, scalar }) => [name, scalar?.value]);
    expect(held).toEqual([
      ['cpus', 1],
      ['mem', 1408],
      ['gpus', 1],
    ]);
    // Of two cores the executor holds one itself.
    expect(told).toContain('launch 0 with 1 cores, spark://CoarseGrainedScheduler@gateway:7100');
    expect(made.summary()).toMatchObject({ alive: 1, wanted: [{ total: 1, missing: 0 }] });
  });

  test('F20: says why it waits', async () => {
    const made = engine();
    made.setExecutorTotals(new Map([[0, { memoryMiB: 1024 }]]));
    made.start();
    port.push({ kind: 'subscribed', frameworkId: 'f-1' });
    offer('o1', 1);
    await until(() =>
      expect(made.snapshot().agents).toMatchObject([{ cores: 1, refusal: { reason: 'CPUS_SHORT' } }]),
    );
    expect(made.summary().waiting?.sentence).toMatch(/offers 1 of cpus, 2 are needed/);
  });

  test('executors of another size are refused, with what to do', () => {
    const made = engine();
    made.setExecutorTotals(
      new Map([
        [0, { memoryMiB: 1024, total: 1 }],
        [1, { memoryMiB: 2048, total: 1 }],
      ]),
    );
    expect(told).toEqual([
      expect.stringMatching(/^failed NOT_SUPPORTED: .*leave spark\.mesos\.coarse=false out/),
    ]);
  });

  test('executors of an earlier gateway are lost, and their numbers are not used again', async () => {
    const made = engine(
      {},
      {
        framework: { user: 'ada', name: 'Pi', id: { value: 'f-1' } },
        adopt: { executors: [placement({ executorId: 3 })], nextExecutorId: 10 },
      },
    );
    made.setExecutorTotals(new Map([[0, { memoryMiB: 1024 }]]));
    made.start();
    expect(told).toEqual([expect.stringMatching(/^executor 3 LOST: the relay .* ended with the gateway/)]);
    port.push({ kind: 'subscribed', frameworkId: 'f-1' });
    offer('o1', 4);
    await until(() => expect(told).toContain('launched 10'));
  });

  test('ends its framework, and then the relay', async () => {
    const { made, relay, executorTask } = await running();
    const stopped = made.stop({ graceMs: 60_000 });
    update(executorTask, 'TASK_FINISHED');
    await stopped;
    expect(port.isTornDown).toBe(true);
    expect(relay.told.at(-1)).toBe('close');
  });

  test('leaves its framework to a later gateway, and its executors end with the relay', async () => {
    const { made, relay } = await running();
    await made.detach();
    expect(port).toMatchObject({ isTornDown: false, isClosed: true });
    expect(relay.told.at(-1)).toBe('close');
  });

  test('a relay that cannot listen ends the application, and says why', async () => {
    const made = engine({}, {}, async () => {
      throw new Error('address not available');
    });
    made.start();
    await until(() =>
      expect(told[0]).toMatch(/^failed GATEWAY_ADDRESS_UNAVAILABLE: .*address not available/),
    );
    await made.stop({ graceMs: 0 });
    expect(port.isTornDown).toBe(true);
  });
});
