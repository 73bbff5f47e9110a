import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { AgentCore } from '../../src/agent/agent-core.ts';
import type { AgentEffect, AgentInput, ProcessEnd } from '../../src/agent/messages.ts';
import type { AgentId, ContainerId, FrameworkId, TaskId } from '../../src/ids.ts';
import { frameworkInfo, task } from '../support/master-harness.ts';

const { TaskState } = mesos.v1;
const FRAMEWORK = 'F' as FrameworkId;
const CONTAINER = 'c1' as ContainerId;

class Harness {
  readonly core: AgentCore;
  nowMs = 0;
  #effects: AgentEffect[] = [];
  #uuid = 0;

  constructor(executorEnvironment: Record<string, string> = { LANG: 'C.UTF-8', MY_VAR: 'agent' }) {
    const identity = {
      agentId: 'A' as AgentId,
      ip: '127.0.0.1',
      port: 5051,
      hostname: 'localhost',
      workDir: '/var/mesos',
      executorEnvironment,
    };
    this.core = new AgentCore(identity, {
      containerId: () => CONTAINER,
      statusUuid: () => new Uint8Array(16).fill(this.#uuid++),
    });
  }

  step(input: AgentInput): void {
    this.#effects.push(...this.core.step(input, this.nowMs));
  }

  run(more: Partial<mesos.v1.ITaskInfo> = {}, info: Partial<mesos.v1.IFrameworkInfo> = {}): void {
    const framework = frameworkInfo(['spark'], info);
    const message = {
      frameworkId: FRAMEWORK,
      framework,
      role: 'spark',
      task: { ...task('t', 'A'), ...more },
    };
    this.step({ kind: 'master-message', message: { kind: 'run-task', ...message } });
  }

  start(): void {
    this.step({ kind: 'container-started', containerId: CONTAINER, pid: 42 });
  }

  end(end: Partial<ProcessEnd>): void {
    const full = { exitStatus: undefined, signal: undefined, ...end };
    this.step({ kind: 'container-ended', containerId: CONTAINER, end: full });
  }

  kill(graceMs?: number): void {
    const killPolicy = graceMs === undefined ? undefined : { gracePeriod: { nanoseconds: graceMs * 1e6 } };
    const message = { kind: 'kill-task', frameworkId: FRAMEWORK, taskId: 't' as TaskId, killPolicy } as const;
    this.step({ kind: 'master-message', message });
  }

  acknowledge(uuid: number): void {
    const fields = { frameworkId: FRAMEWORK, taskId: 't' as TaskId, uuid: new Uint8Array(16).fill(uuid) };
    this.step({ kind: 'master-message', message: { kind: 'acknowledge', ...fields } });
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

  take(): AgentEffect[] {
    return this.#effects.splice(0);
  }

  takeStates(): [string | undefined, string | null | undefined][] {
    return this.take().flatMap((effect) =>
      effect.kind === 'update' ? [[TaskState[effect.status.state], effect.status.message]] : [],
    );
  }

  takeSignals(): string[] {
    return this.take().flatMap((effect) => (effect.kind === 'signal' ? [effect.signal] : []));
  }
}

describe('the updates of a task', () => {
  it('leave one at a time, the next when the one before is acknowledged', () => {
    const agent = new Harness();
    agent.run();
    agent.start();
    agent.end({ exitStatus: 0 });
    expect(agent.takeStates()).toEqual([['TASK_STARTING', undefined]]);
    agent.acknowledge(9);
    expect(agent.takeStates()).toEqual([]);
    agent.acknowledge(0);
    expect(agent.takeStates()).toEqual([['TASK_RUNNING', undefined]]);
    agent.acknowledge(1);
    expect(agent.takeStates()).toEqual([['TASK_FINISHED', 'Command exited with status 0']]);
    agent.acknowledge(2);
    expect(agent.core.pendingUpdateCount).toBe(0);
    expect(agent.core.nextDeadlineMs()).toBeUndefined();
  });

  it('come again after 10 s, 20 s, 40 s and so on up to 10 minutes', () => {
    const agent = new Harness();
    agent.run();
    agent.start();
    const times: number[] = [];
    for (let elapsed = 0; elapsed < 3000; elapsed++) {
      if (agent.takeStates().length > 0) times.push(elapsed);
      agent.pass(1000);
    }
    expect(times.slice(0, 7)).toEqual([0, 10, 30, 70, 150, 310, 630]);
    expect(times.slice(7)).toEqual([1230, 1830, 2430]);
  });

  it('say with each where the task is by now', () => {
    const agent = new Harness();
    agent.run();
    agent.start();
    agent.end({ exitStatus: 0 });
    agent.take();
    agent.pass(10_000);
    expect(agent.take()).toMatchObject([
      { kind: 'update', status: { state: TaskState.TASK_STARTING }, latestState: TaskState.TASK_FINISHED },
    ]);
  });

  it('come at once when the framework listens again', () => {
    const agent = new Harness();
    agent.run();
    agent.start();
    agent.take();
    agent.step({ kind: 'master-message', message: { kind: 'framework-listens', frameworkId: FRAMEWORK } });
    expect(agent.takeStates()).toEqual([['TASK_STARTING', undefined]]);
  });
});

describe('the end of a task', () => {
  it.each([
    [{ exitStatus: 0 }, 'TASK_FINISHED', 'Command exited with status 0'],
    [{ exitStatus: 3 }, 'TASK_FAILED', 'Command exited with status 3'],
    [{ signal: 'SIGKILL' }, 'TASK_FAILED', 'Command terminated with signal Killed'],
    [{ signal: 'SIGABRT' }, 'TASK_FAILED', 'Command terminated with signal Aborted'],
  ] as const)('by %o is %s', (end, state, message) => {
    const agent = new Harness();
    agent.run();
    agent.start();
    agent.end(end);
    agent.acknowledge(0);
    agent.acknowledge(1);
    expect(agent.takeStates().at(-1)).toEqual([state, message]);
  });

  it.each([{ exitStatus: 143 }, { exitStatus: 0 }, { signal: 'SIGTERM' }])(
    'is TASK_KILLED when it was asked for, however it looks (%o)',
    (end) => {
      const agent = new Harness();
      agent.run();
      agent.start();
      agent.kill();
      agent.end(end);
      agent.acknowledge(0);
      agent.acknowledge(1);
      expect(agent.takeStates().at(-1)?.[0]).toBe('TASK_KILLED');
    },
  );

  it('says TASK_KILLING to frameworks that know it', () => {
    const agent = new Harness();
    const { Type } = mesos.v1.FrameworkInfo.Capability;
    agent.run({}, { capabilities: [{ type: Type.MULTI_ROLE }, { type: Type.TASK_KILLING_STATE }] });
    agent.start();
    agent.kill();
    agent.acknowledge(0);
    agent.acknowledge(1);
    expect(agent.takeStates().map(([state]) => state)).toEqual([
      'TASK_STARTING',
      'TASK_RUNNING',
      'TASK_KILLING',
    ]);
  });
});

describe('KILL', () => {
  it.each([
    ['3 s by default', undefined, undefined, 3000],
    ['what the task says', 1000, undefined, 1000],
    ['what the call says, rather than the task', 5000, 500, 500],
  ])('sends SIGTERM, then SIGKILL after %s', (_what, taskGraceMs, callGraceMs, expectedMs) => {
    const agent = new Harness();
    agent.run(taskGraceMs ? { killPolicy: { gracePeriod: { nanoseconds: taskGraceMs * 1e6 } } } : {});
    agent.start();
    agent.kill(callGraceMs);
    expect(agent.takeSignals()).toEqual(['SIGTERM']);
    agent.pass(expectedMs - 1);
    expect(agent.takeSignals()).toEqual([]);
    agent.pass(1);
    expect(agent.takeSignals()).toEqual(['SIGKILL']);
  });

  it('repeated can only shorten the time, and sends no second SIGTERM', () => {
    const agent = new Harness();
    agent.run();
    agent.start();
    agent.kill();
    agent.take();
    agent.pass(1000);
    agent.kill();
    agent.pass(2000);
    expect(agent.takeSignals()).toEqual(['SIGKILL']);
  });

  it('before the command runs is answered at once, and the command never is', () => {
    const agent = new Harness();
    agent.run();
    agent.take();
    agent.kill();
    expect(agent.take().map((effect) => effect.kind)).toEqual(['update', 'signal']);
    agent.start();
    expect(agent.takeSignals()).toEqual(['SIGKILL']);
    agent.end({ signal: 'SIGKILL' });
    expect(agent.core.frameworks.get(FRAMEWORK)?.executors.size).toBe(0);
  });

  it('of a framework that has ended goes to all its tasks, and nothing is reported any more', () => {
    const agent = new Harness();
    agent.run();
    agent.start();
    agent.take();
    agent.step({ kind: 'master-message', message: { kind: 'shutdown-framework', frameworkId: FRAMEWORK } });
    expect(agent.takeSignals()).toEqual(['SIGTERM']);
    agent.end({ signal: 'SIGTERM' });
    expect(agent.take()).toEqual([]);
    expect(agent.core.pendingUpdateCount).toBe(0);
  });
});

describe('the environment of a task', () => {
  function environmentOf(agent: Harness): Readonly<Record<string, string>> {
    const launch = agent.take().find((effect) => effect.kind === 'launch');
    return launch?.kind === 'launch' ? launch.launch.environment : {};
  }

  it('is what a real agent gives, what this agent gives to all, and what the task asks for', () => {
    const agent = new Harness();
    const environment = { variables: [{ name: 'MY_VAR', value: 'task' }] };
    agent.run({ command: { value: 'true', environment } }, { checkpoint: true });
    const directory = '/var/mesos/slaves/A/frameworks/F/executors/t/runs/c1';
    expect(environmentOf(agent)).toEqual({
      LANG: 'C.UTF-8',
      LIBPROCESS_IP: '127.0.0.1',
      LIBPROCESS_PORT: '0',
      MESOS_AGENT_ENDPOINT: '127.0.0.1:5051',
      MESOS_ALLOCATION_ROLE: 'spark',
      MESOS_CHECKPOINT: '1',
      MESOS_DIRECTORY: directory,
      MESOS_EXECUTOR_ID: 't',
      MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '5secs',
      MESOS_FRAMEWORK_ID: 'F',
      MESOS_HTTP_COMMAND_EXECUTOR: '0',
      MESOS_RECOVERY_TIMEOUT: '15mins',
      MESOS_SANDBOX: directory,
      MESOS_SLAVE_ID: 'A',
      MESOS_SLAVE_PID: 'slave(1)@127.0.0.1:5051',
      MESOS_SUBSCRIPTION_BACKOFF_MAX: '2secs',
      MY_VAR: 'task',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    });
  });

  it('has the search path that the agent gives to executors, but what Mesos says of itself stays', () => {
    const agent = new Harness({
      PATH: '/opt/bin',
      LIBPROCESS_IP: '10.0.0.1',
      LIBPROCESS_PORT: '1',
      MESOS_DIRECTORY: '/',
    });
    agent.run();
    expect(environmentOf(agent)).toMatchObject({
      PATH: '/opt/bin',
      LIBPROCESS_IP: '10.0.0.1',
      LIBPROCESS_PORT: '0',
      MESOS_DIRECTORY: '/var/mesos/slaves/A/frameworks/F/executors/t/runs/c1',
    });
  });

  it('says so when the framework is not checkpointed', () => {
    const agent = new Harness();
    agent.run();
    const environment = environmentOf(agent);
    expect(environment.MESOS_CHECKPOINT).toBe('0');
    expect(environment.MESOS_RECOVERY_TIMEOUT).toBeUndefined();
  });
});
