import type { ClusterEvent } from '@spark-mesos/mesos-local';
import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  eventually,
  type HeldJob,
  type HeldJobOptions,
  heldJob,
  newestSpark,
  runningTasks,
  stateWith,
  type TaskState,
  TEST_SPARKS,
  type TestSpark,
} from '../harness/index.ts';

/** A framework outlives its connection only with a failover timeout, as in every Mesos. */
const FAILOVER = { 'spark.mesos.driver.failoverTimeout': '120' };

interface FaultyJob extends HeldJob {
  /** All that happened in the cluster since the job was in the middle of its work. */
  readonly events: readonly ClusterEvent[];
  /** The Mesos tasks that ran then. */
  readonly before: readonly TaskState[];
}

async function jobInTheMiddle(spark: TestSpark, options?: HeldJobOptions): Promise<FaultyJob> {
  const job = await heldJob(spark, options);
  onTestFinished(() => job.scene.close({ warningsExpected: true }));
  const events: ClusterEvent[] = [];
  job.scene.cluster.onEvent((event) => events.push(event));
  return { ...job, events, before: await twoTasks(job) };
}

function twoTasks({ scene }: HeldJob): Promise<readonly TaskState[]> {
  return stateWith(scene.masterUrl, 'two running executors', ({ frameworks }) => {
    const tasks = runningTasks(frameworks[0]);
    return tasks.length === 2 ? tasks : undefined;
  });
}

/** Lets the job end: its answer is right, and until then no executor ran that the cluster had not on its books. */
async function expectRightAnswer(job: FaultyJob): Promise<readonly TaskState[]> {
  const { scene, command, gate } = job;
  const after = await twoTasks(job);
  await eventually('as many executors as tasks', () => scene.executors().length === 2, 20_000);
  await scene.open(gate);
  expect((await command.ended).status).toBe(0);
  expect(command.stdout).toContain('Sum is 36');
  return after;
}

const ids = (tasks: readonly TaskState[]) => tasks.map(({ id }) => id).sort();

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('an agent is lost and comes back: its executor is replaced elsewhere', async () => {
    // Its executor is given up as soon as its agent is: nobody waits for one that will not come back in time.
    const job = await jobInTheMiddle(spark, { settings: { 'spark.mesos.coarse.unreachableTimeout': '1s' } });
    const lost = job.before[0]?.slave_id ?? '';
    await job.scene.cluster.faults.loseAgent(lost);
    await eventually('the driver knows', () =>
      /Lost executor|Executor .* removed|lost: /i.test(job.command.driverLog),
    );
    await stateWith(job.scene.masterUrl, 'executors elsewhere', ({ frameworks }) => {
      const tasks = runningTasks(frameworks[0]);
      return tasks.length === 2 && tasks.every(({ slave_id: agent }) => agent !== lost);
    });
    await job.scene.cluster.faults.returnAgent(lost);
    await expectRightAnswer(job);
  });
});

// What drivers see of the following is the same for every Spark.
describe('whatever the Spark', () => {
  const spark = newestSpark();

  test('an agent is restarted under a checkpointed framework: its executor goes on', async () => {
    const job = await jobInTheMiddle(spark, { settings: { 'spark.mesos.checkpoint': 'true' } });
    await job.scene.cluster.faults.restartAgent(job.before[0]?.slave_id ?? '');
    expect(ids(await expectRightAnswer(job))).toEqual(ids(job.before));
  });

  test('the master fails over: the framework comes back to the new one, with its executors', async () => {
    const job = await jobInTheMiddle(spark, { settings: FAILOVER });
    await job.scene.cluster.faults.restartMaster();
    const again = () => job.events.some((event) => event.kind === 'framework-subscribed' && event.again);
    await eventually('the framework is back', again);
    expect(ids(await expectRightAnswer(job))).toEqual(ids(job.before));
  });

  test('the stream drops: the framework subscribes again, with its executors', async () => {
    const job = await jobInTheMiddle(spark, { settings: FAILOVER });
    job.scene.cluster.faults.dropStreams();
    const again = () => job.events.some((event) => event.kind === 'framework-subscribed' && event.again);
    await eventually('the framework is back', again);
    expect(ids(await expectRightAnswer(job))).toEqual(ids(job.before));
  });

  test('the stream stalls: missing heartbeats are noticed, and the framework subscribes again', async () => {
    const job = await jobInTheMiddle(spark, { settings: FAILOVER, cluster: { heartbeatIntervalMs: 1000 } });
    job.scene.cluster.faults.stallStreams();
    const again = () => job.events.some((event) => event.kind === 'framework-subscribed' && event.again);
    await eventually('the framework is back', again);
    expect(ids(await expectRightAnswer(job))).toEqual(ids(job.before));
  });

  test.each(['loseUpdates', 'duplicateUpdates'] as const)(
    '%s: an executor that fails is replaced once',
    async (fault) => {
      // Agents send an update again after 10 s of the cluster's time.
      const job = await jobInTheMiddle(spark, { cluster: { speed: 5 } });
      // The end of the one, and the start of the other.
      job.scene.cluster.faults[fault](2);
      const [victim] = job.scene.executors();
      process.kill(victim?.pid ?? 0, 'SIGKILL');
      await stateWith(job.scene.masterUrl, 'a new executor', ({ frameworks }) => {
        const tasks = runningTasks(frameworks[0]);
        return tasks.length === 2 && tasks.some(({ id }) => !ids(job.before).includes(id));
      });
      await expectRightAnswer(job);
      const launched = job.events.filter(({ kind }) => kind === 'task-launched');
      expect(launched).toHaveLength(1);
    },
  );

  test('offers are rescinded as they are made: a later one is taken', async () => {
    const job = await jobInTheMiddle(spark);
    let rescinded = 0;
    // Within the master's own step: an ACCEPT of this offer is already void when it arrives.
    job.scene.cluster.onEvent((event) => {
      if (event.kind !== 'offer-made' || rescinded >= 4) return;
      rescinded++;
      queueMicrotask(() => job.scene.cluster.faults.rescindOffers());
    });
    const [victim] = job.scene.executors();
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    await eventually('offers have been rescinded', () => rescinded >= 4);
    await expectRightAnswer(job);
    const dropped = job.events.filter(
      (event) => event.kind === 'task-updated' && event.state === mesos.v1.TaskState.TASK_RUNNING,
    );
    expect(dropped).toHaveLength(1);
  });
});
