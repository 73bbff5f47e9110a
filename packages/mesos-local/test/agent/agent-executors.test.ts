import { readFileSync } from 'node:fs';
import { mesos } from '@spark-mesos/mesos-proto';
import { readTrace } from '@spark-mesos/mesos-proto/testing';
import { describe, expect, it } from 'vitest';
import { AgentCore } from '../../src/agent/agent-core.ts';
import type { AgentEffect, AgentInput } from '../../src/agent/messages.ts';
import type { AgentSettings } from '../../src/agent/model.ts';
import type { AgentId, ContainerId, ExecutorId, FrameworkId, StreamId, TaskId } from '../../src/ids.ts';
import type { Json } from '../support/json-client.ts';
import { frameworkInfo, task } from '../support/master-harness.ts';

const { TaskState } = mesos.v1;
const { Reason, Source } = mesos.v1.TaskStatus;
const { Type: EventType } = mesos.v1.executor.Event;
const { Type: CallType } = mesos.v1.executor.Call;
const FRAMEWORK = 'F' as FrameworkId;
const EXECUTOR = 'e' as ExecutorId;
const STREAM = 's' as StreamId;

const IDENTITY = {
  agentId: 'A' as AgentId,
  ip: '127.0.0.1',
  port: 5051,
  hostname: 'localhost',
  workDir: '/var/mesos',
  executorEnvironment: {},
};

class Harness {
  core: AgentCore;
  nowMs = 0;
  readonly settings: AgentSettings;
  #effects: AgentEffect[] = [];
  #numbers = 0;
  readonly #ids = {
    containerId: () => `c${this.#numbers++}` as ContainerId,
    statusUuid: () => new Uint8Array(16).fill(this.#numbers++),
  };

  constructor(settings: AgentSettings = {}) {
    this.settings = settings;
    this.core = new AgentCore(IDENTITY, this.#ids, settings);
  }

  step(input: AgentInput): void {
    this.#effects.push(...this.core.step(input, this.nowMs));
  }

  /** Dies, and another begins with what it has written down. */
  restart(): void {
    const checkpoint = JSON.parse(JSON.stringify(this.core.checkpoint()));
    const { core, effects } = AgentCore.recover(checkpoint, IDENTITY, this.#ids, this.settings, this.nowMs);
    this.core = core;
    this.#effects = effects;
  }

  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let next = this.core.nextDeadlineMs(); next !== undefined && next <= endMs; ) {
      this.nowMs = next;
      this.step({ kind: 'wake' });
      next = this.core.nextDeadlineMs();
    }
    this.nowMs = endMs;
  }

  run(more: Partial<mesos.v1.ITaskInfo>, id = 't', info: Partial<mesos.v1.IFrameworkInfo> = {}): void {
    const framework = frameworkInfo(['spark'], { checkpoint: true, ...info });
    const message = { frameworkId: FRAMEWORK, framework, role: 'spark', task: { ...task(id, 'A'), ...more } };
    this.step({ kind: 'master-message', message: { kind: 'run-task', ...message } });
  }

  /** A task of a custom executor. */
  give(id: string): void {
    const executor = {
      executorId: { value: EXECUTOR },
      frameworkId: { value: FRAMEWORK },
      command: { value: 'x' },
    };
    this.run({ command: null, executor }, id);
  }

  subscribe(subscribe: mesos.v1.executor.Call.ISubscribe = {}, streamId = STREAM): void {
    this.step({
      kind: 'executor-subscribed',
      frameworkId: FRAMEWORK,
      executorId: EXECUTOR,
      streamId,
      subscribe,
    });
  }

  says(id: string, state: mesos.v1.TaskState, uuid = new Uint8Array(16).fill(200)): void {
    const status = { taskId: { value: id }, state, source: Source.SOURCE_EXECUTOR, uuid };
    const call = {
      type: CallType.UPDATE,
      executorId: { value: EXECUTOR },
      frameworkId: { value: FRAMEWORK },
      update: { status },
    };
    this.step({ kind: 'executor-call', frameworkId: FRAMEWORK, executorId: EXECUTOR, call });
  }

  kill(id: string): void {
    const message = {
      kind: 'kill-task',
      frameworkId: FRAMEWORK,
      taskId: id as TaskId,
      killPolicy: undefined,
    } as const;
    this.step({ kind: 'master-message', message });
  }

  acknowledgeAll(): void {
    for (let last = -1; last !== this.core.pendingUpdateCount; ) {
      last = this.core.pendingUpdateCount;
      for (const { executors, completedExecutors } of this.core.frameworks.values()) {
        for (const { tasks } of [...executors.values(), ...completedExecutors]) {
          for (const { id } of tasks.values()) {
            const uuid = this.core.pendingUpdateOf(FRAMEWORK, id)?.uuid;
            const message = {
              kind: 'acknowledge',
              frameworkId: FRAMEWORK,
              taskId: id,
              uuid: uuid as Uint8Array,
            } as const;
            if (uuid) this.step({ kind: 'master-message', message });
          }
        }
      }
    }
  }

  take(): AgentEffect[] {
    return this.#effects.splice(0);
  }

  takeEvents(): string[] {
    return this.take().flatMap((effect) =>
      effect.kind === 'send-executor' ? [EventType[effect.event.type ?? 0] ?? ''] : [],
    );
  }

  /** What became of tasks, as `id STATE`, with the updates that wait acknowledged. */
  takeStates(): string[] {
    this.acknowledgeAll();
    return this.take().flatMap((effect) =>
      effect.kind === 'update' ? [`${effect.status.taskId.value} ${TaskState[effect.status.state]}`] : [],
    );
  }

  startAll(): void {
    for (const effect of this.take()) {
      if (effect.kind === 'launch') {
        this.step({ kind: 'container-started', containerId: effect.launch.containerId, pid: 42 });
      }
    }
  }

  end(containerId: string, end: { exitStatus?: number; signal?: string }): void {
    const full = { exitStatus: undefined, signal: undefined, ...end };
    this.step({ kind: 'container-ended', containerId: containerId as ContainerId, end: full });
  }
}

function executing(settings: AgentSettings = {}): Harness {
  const agent = new Harness(settings);
  agent.give('t');
  agent.startAll();
  agent.subscribe();
  return agent;
}

describe('the stream of an executor', () => {
  it('has a heartbeat every half hour, none at its start, and none when the executor has gone', () => {
    const agent = new Harness();
    agent.give('t');
    agent.step({ kind: 'container-started', containerId: 'c0' as ContainerId, pid: 1 });
    agent.subscribe();
    const heartbeats = () =>
      agent
        .take()
        .filter((effect) => effect.kind === 'send-executor' && effect.event.type === EventType.HEARTBEAT)
        .length;
    expect(heartbeats()).toBe(0);
    agent.pass(30 * 60_000);
    expect(heartbeats()).toBe(1);
    agent.pass(60 * 60_000);
    expect(heartbeats()).toBe(2);
    const end = { exitStatus: 0, signal: undefined };
    agent.step({ kind: 'container-ended', containerId: 'c0' as ContainerId, end });
    agent.pass(60 * 60_000);
    expect(heartbeats()).toBe(0);
  });
});

describe('an executor of the framework’s own', () => {
  it('is started once, and gets its tasks when it has subscribed', () => {
    const agent = new Harness();
    agent.give('t');
    agent.give('u');
    const limits = ['raise-memory-limit', 'raise-memory-limit'];
    expect(agent.take().map(({ kind }) => kind)).toEqual(['launch', ...limits]);
    agent.subscribe();
    expect(agent.takeEvents()).toEqual(['SUBSCRIBED', 'LAUNCH', 'LAUNCH']);
    agent.give('v');
    expect(agent.takeEvents()).toEqual(['LAUNCH']);
  });

  it('hears at once that an update was taken, and again when it says it again, but the master hears it once', () => {
    const agent = executing();
    agent.take();
    agent.says('t', TaskState.TASK_RUNNING);
    agent.says('t', TaskState.TASK_RUNNING);
    expect(agent.take().map(({ kind }) => kind)).toEqual(['update', 'send-executor', 'send-executor']);
  });

  it('is killed when it has not subscribed within a minute, and its tasks say so', () => {
    const agent = new Harness();
    agent.give('t');
    agent.startAll();
    agent.pass(59_999);
    expect(agent.take()).toEqual([]);
    agent.pass(1);
    expect(agent.take()).toMatchObject([{ kind: 'signal', signal: 'SIGKILL' }]);
    agent.end('c0', { signal: 'SIGKILL' });
    expect(agent.take()).toMatchObject([
      { kind: 'executor-exited', status: 9 },
      {
        kind: 'update',
        status: {
          state: TaskState.TASK_FAILED,
          message: 'Executor did not register within 1mins',
          reason: Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT,
        },
      },
    ]);
  });

  it('has five seconds to end after SHUTDOWN', () => {
    const agent = executing();
    agent.take();
    const message = { kind: 'shutdown-executor', frameworkId: FRAMEWORK, executorId: EXECUTOR } as const;
    agent.step({ kind: 'master-message', message });
    expect(agent.takeEvents()).toEqual(['SHUTDOWN']);
    agent.pass(4999);
    expect(agent.take()).toEqual([]);
    agent.pass(1);
    expect(agent.take()).toMatchObject([{ kind: 'signal', signal: 'SIGKILL' }]);
  });

  it('never hears of a task that was killed before it had subscribed, and ends when there is no other', () => {
    const agent = new Harness();
    agent.give('t');
    agent.startAll();
    agent.kill('t');
    agent.subscribe();
    expect(agent.take()).toMatchObject([
      {
        kind: 'update',
        status: { state: TaskState.TASK_KILLED, reason: Reason.REASON_TASK_KILLED_DURING_LAUNCH },
      },
      { kind: 'send-executor', event: { type: EventType.SHUTDOWN } },
      { kind: 'close-executor-stream' },
    ]);
  });

  it('that subscribes a second time leaves its first stream', () => {
    const agent = executing();
    agent.take();
    agent.subscribe({}, 's2' as StreamId);
    expect(agent.take()).toMatchObject([
      { kind: 'close-executor-stream', streamId: STREAM },
      {
        kind: 'update',
        status: { state: TaskState.TASK_LOST, message: 'Task launched during agent restart' },
      },
      { kind: 'send-executor', streamId: 's2' },
    ]);
  });
});

describe('a restart of the agent', () => {
  it('leaves an executor its tasks when it comes back with what was not acknowledged', () => {
    const agent = executing();
    agent.says('t', TaskState.TASK_RUNNING);
    agent.restart();
    expect(agent.core.isWaitingForExecutors).toBe(true);
    const status = {
      taskId: { value: 't' },
      state: TaskState.TASK_FINISHED,
      uuid: new Uint8Array(16).fill(201),
    };
    agent.subscribe({ unacknowledgedUpdates: [{ status }] });
    expect(agent.core.isWaitingForExecutors).toBe(false);
    agent.step({ kind: 'reregistered' });
    expect(agent.takeStates()).toEqual(['t TASK_RUNNING', 't TASK_FINISHED']);
  });

  it('kills an executor that is not back within two seconds', () => {
    const agent = executing();
    agent.says('t', TaskState.TASK_RUNNING);
    agent.acknowledgeAll();
    agent.restart();
    agent.pass(2000);
    expect(agent.take()).toMatchObject([{ kind: 'signal', signal: 'SIGKILL' }]);
    agent.end('c0', { signal: 'SIGKILL' });
    expect(agent.takeStates()).toEqual(['t TASK_FAILED']);
  });

  it('keeps the deadline of a kill that is under way, and hears of the end as if nothing had been', () => {
    const agent = new Harness();
    agent.run({});
    agent.startAll();
    agent.kill('t');
    agent.acknowledgeAll();
    agent.pass(1000);
    agent.restart();
    agent.pass(2000);
    expect(agent.take()).toMatchObject([{ kind: 'signal', signal: 'SIGKILL' }]);
    agent.end('c0', { signal: 'SIGKILL' });
    expect(agent.takeStates()).toEqual(['t TASK_KILLED']);
  });

  it('kills what belongs to a framework without checkpoint', () => {
    const agent = new Harness();
    agent.run({}, 't', { checkpoint: false });
    agent.startAll();
    agent.restart();
    expect(agent.take()).toEqual([{ kind: 'signal', containerId: 'c0', signal: 'SIGKILL' }]);
    expect(agent.core.frameworks.size).toBe(0);
  });
});

describe('a task group', () => {
  function group(): Harness {
    const agent = new Harness();
    const executor = { executorId: { value: 'g' }, type: mesos.v1.ExecutorInfo.Type.DEFAULT };
    const tasks = [task('g1', 'A'), task('g2', 'A')];
    const framework = frameworkInfo(['spark'], { checkpoint: true });
    const message = { frameworkId: FRAMEWORK, framework, role: 'spark', executor, tasks };
    agent.step({ kind: 'master-message', message: { kind: 'run-task-group', ...message } });
    agent.startAll();
    agent.takeStates();
    return agent;
  }

  it('goes on when one of it has finished, and its executor ends with the last', () => {
    const agent = group();
    agent.end('c1', { exitStatus: 0 });
    expect(agent.takeStates()).toEqual(['g1 TASK_FINISHED']);
    agent.end('c2', { exitStatus: 0 });
    expect(agent.take()).toMatchObject([
      {
        kind: 'update',
        status: { containerStatus: { containerId: { value: 'c2', parent: { value: 'c0' } } } },
      },
      { kind: 'executor-exited', executorId: 'g', status: 0 },
    ]);
  });

  it('dies with one of it that fails', () => {
    const agent = group();
    agent.end('c1', { exitStatus: 1 });
    expect(agent.take()).toMatchObject([
      { kind: 'update', status: { state: TaskState.TASK_FAILED } },
      { kind: 'signal', containerId: 'c2', signal: 'SIGTERM' },
    ]);
    agent.end('c2', { signal: 'SIGTERM' });
    expect(agent.takeStates()).toEqual(['g2 TASK_KILLED']);
  });

  it('is killed with one of it', () => {
    const agent = group();
    agent.kill('g2');
    const signals = agent.take().flatMap((effect) => (effect.kind === 'signal' ? [effect.containerId] : []));
    expect(signals.sort()).toEqual(['c1', 'c2']);
  });
});

describe('the checks of a task', () => {
  const command = { value: 'true' };
  const { COMMAND } = mesos.v1.HealthCheck.Type;
  const healthCheck = {
    type: COMMAND,
    delaySeconds: 1,
    intervalSeconds: 2,
    gracePeriodSeconds: 4,
    consecutiveFailures: 2,
    command,
  };

  function answer(agent: Harness, exitStatus: number): void {
    const [order] = agent.take().flatMap((effect) => (effect.kind === 'check' ? [effect.order] : []));
    expect(order).toBeDefined();
    agent.step({ kind: 'check-done', checkId: order?.checkId ?? '', result: { isDone: true, exitStatus } });
  }

  function healths(agent: Harness): (boolean | null | undefined)[] {
    agent.acknowledgeAll();
    return agent.take().flatMap((effect) => (effect.kind === 'update' ? [effect.status.healthy] : []));
  }

  function checked(more: Partial<mesos.v1.ITaskInfo>): Harness {
    const agent = new Harness();
    agent.run(more);
    agent.startAll();
    agent.acknowledgeAll();
    agent.take();
    return agent;
  }

  it('tell once that it is healthy, and each time that it is not, until it is killed for it', () => {
    const agent = checked({ healthCheck });
    agent.pass(1000);
    answer(agent, 0);
    expect(healths(agent)).toEqual([true]);
    agent.pass(2000);
    answer(agent, 0);
    expect(healths(agent)).toEqual([]);
    agent.pass(2000);
    answer(agent, 1);
    expect(healths(agent)).toEqual([false]);
    agent.pass(2000);
    answer(agent, 1);
    expect(agent.take()).toMatchObject([
      { kind: 'update', status: { healthy: false, reason: Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED } },
      { kind: 'signal', signal: 'SIGTERM' },
    ]);
    agent.end('c0', { signal: 'SIGTERM' });
    agent.acknowledgeAll();
    expect(agent.take().at(-1)).toMatchObject({ status: { state: TaskState.TASK_KILLED, healthy: false } });
    expect(agent.core.nextDeadlineMs()).toBeUndefined();
  });

  it('that fail in the time of grace do not count', () => {
    const agent = checked({ healthCheck });
    agent.pass(1000);
    answer(agent, 1);
    agent.pass(2000);
    answer(agent, 1);
    expect(healths(agent)).toEqual([]);
    agent.pass(2000);
    answer(agent, 1);
    expect(healths(agent)).toEqual([false]);
  });

  it('are told when they say something new', () => {
    const check = {
      type: mesos.v1.CheckInfo.Type.COMMAND,
      delaySeconds: 1,
      intervalSeconds: 1,
      command: { command },
    };
    const agent = checked({ check });
    const codes = [3, 3, 0].map((exitStatus) => {
      agent.pass(1000);
      answer(agent, exitStatus);
      agent.acknowledgeAll();
      return agent
        .take()
        .map((effect) => effect.kind === 'update' && effect.status.checkStatus?.command?.exitCode);
    });
    expect(codes).toEqual([[3], [], [0]]);
  });
});

describe('the recorded scenario 06-update-retry', () => {
  it('comes at the same times', () => {
    const path = '../../../mesos-proto/test/fixtures/mesos-v1/06-update-retry-json.jsonl';
    const { connections } = readTrace(readFileSync(new URL(path, import.meta.url), 'utf8'));
    const recorded = connections
      .flatMap(({ events }) => events as Json[])
      .flatMap(({ type, update }) => (type === 'UPDATE' ? [update.status.state] : []));
    const agent = new Harness();
    agent.run({});
    agent.startAll();
    agent.end('c0', { exitStatus: 0 });
    const states: string[] = [];
    const collect = () => {
      for (const effect of agent.take()) {
        if (effect.kind === 'update') states.push(TaskState[effect.status.state] ?? '');
      }
    };
    collect();
    for (const ms of [10_000, 20_000, 40_000]) {
      agent.pass(ms - 1);
      const before = states.length;
      collect();
      expect(states).toHaveLength(before);
      agent.pass(1);
      collect();
      expect(states).toHaveLength(before + 1);
    }
    agent.pass(5000);
    agent.acknowledgeAll();
    collect();
    expect(states).toEqual(recorded);
  });
});
