import type { ExecutorPlacement, GatewayProblem, WaitingNews } from '@spark-mesos/spark-gateway';
import { describe, expect, test } from 'vitest';
import { DriverRefusals } from '../src/driver-refusals.ts';
import { progressObserver } from '../src/progress.ts';

const application = { id: 'f-1', name: 'Pi', user: 'ada', uiUrl: 'http://driver:4040' };
const executor: ExecutorPlacement = {
  executorId: 0,
  taskId: 'abc-0',
  agentId: '0b5e-S1',
  hostname: 'host-1',
  cores: 2,
  advertisedCores: 2,
  gpus: 0,
  ports: [],
  place: [],
  memoryMiB: 1024,
  taskMemoryMiB: 1408,
  profileId: 0,
};

function listening() {
  const progress: string[] = [];
  const notices: string[] = [];
  const problems: GatewayProblem[] = [];
  const observer = progressObserver({
    output: { progress: (text) => progress.push(text), notice: (text) => notices.push(text) },
    watch: undefined,
    refusals: new DriverRefusals(),
    onProblem: (problem) => problems.push(problem),
  });
  return { observer, progress, notices, problems };
}

describe('what people are told', () => {
  test('is what happens, in its order', () => {
    const { observer, progress, notices } = listening();
    observer.applicationRegistered?.(application);
    observer.frameworkRegistered?.(application);
    observer.offersReceived?.(application, { offers: 2, agents: ['host-1', 'host-2'] });
    observer.offersReceived?.(application, { offers: 1, agents: ['host-1'] });
    observer.executorLaunched?.(application, executor);
    observer.executorState?.(application, { executor, state: 'LAUNCHING' });
    observer.executorState?.(application, { executor, state: 'RUNNING' });
    observer.executorState?.(application, { executor, state: 'EXITED', exitStatus: 0 });
    observer.applicationFinished?.(application, 'unregistered');
    expect(progress).toEqual([
      'application "Pi" has registered; its page is http://driver:4040',
      'framework f-1 is registered with Mesos',
      'first 2 offers, from host-1, host-2',
      'executor 0 is launched on agent S1 (host-1): 2 cores, 1024 MiB of heap',
      'executor 0 on agent S1 (host-1) runs',
      'executor 0 on agent S1 (host-1) has ended',
      'application "Pi" has ended; its framework is torn down',
    ]);
    expect(notices).toEqual([]);
  });

  test('of who is not let in is why, until the driver is in; it is no problem of the application', () => {
    const { observer, notices, problems } = listening();
    const refusal = { code: 'GATEWAY_DRIVER_REFUSED', message: 'it has no secret', fatal: false } as const;
    observer.driverRefused?.(refusal);
    expect(notices).toEqual(['it has no secret']);
    expect(problems).toEqual([]);
    observer.applicationRegistered?.(application);
    observer.driverRefused?.(refusal);
    expect(notices).toHaveLength(1);
  });

  test('of an agent that is drained names the executor that is to go', () => {
    const { observer, progress } = listening();
    observer.executorDraining?.(application, executor, 90_000);
    expect(progress).toEqual(['executor 0 on agent S1 (host-1) is to go: its agent is being drained']);
  });

  test('of an executor that failed says why', () => {
    const { observer, progress } = listening();
    observer.executorState?.(application, {
      executor,
      state: 'FAILED',
      message: 'Executor finished with state FAILED: signal Killed',
      exitStatus: 137,
    });
    observer.executorState?.(application, { executor, state: 'EXITED', exitStatus: 3 });
    observer.executorState?.(application, { executor, state: 'KILLED' });
    observer.executorState?.(application, { executor, state: 'LOST', message: 'agent removed' });
    expect(progress).toEqual([
      'executor 0 on agent S1 (host-1) has failed (signal Killed)',
      'executor 0 on agent S1 (host-1) has ended with status 3',
      'executor 0 on agent S1 (host-1) was killed',
      'executor 0 on agent S1 (host-1) is lost (agent removed)',
    ]);
  });

  test('whether or not they asked for progress, is what is waited for and what is wrong', () => {
    const { observer, progress, notices, problems } = listening();
    const report = { sentence: 'no offer has 4 GiB' } as WaitingNews;
    const problem: GatewayProblem = { code: 'GATEWAY_SETTINGS', message: 'x is no number', fatal: true };
    observer.waiting?.(application, report);
    observer.masterConnection?.(application, false, 'no heartbeat');
    observer.masterConnection?.(application, true);
    observer.problem?.(application, problem);
    expect(notices).toEqual([
      'no offer has 4 GiB',
      'the master is lost (no heartbeat); trying again',
      'the master is back',
      'x is no number',
    ]);
    expect(progress).toEqual([]);
    expect(problems).toEqual([problem]);
  });

  test('of many agents are the first five', () => {
    const { observer, progress } = listening();
    const agents = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    observer.offersReceived?.(application, { offers: 7, agents });
    expect(progress).toEqual(['first 7 offers, from a, b, c, d, e and 2 other agents']);
  });
});
