import { mesos as messages } from '@spark-mesos/mesos-proto';
import { expect, test } from 'vitest';
import { startApplication } from '../../../bench/scale/applications.mjs';
import { fairness, live } from '../../../bench/scale/coarse.mjs';
import { drain, offersInVain, queue } from '../../../bench/scale/dispatcher.mjs';
import { jainIndex } from '../../../bench/scale/fairness.mjs';
import { randomNumbers } from '../../../bench/scale/random.mjs';
import { SimulatedFramework } from '../../../bench/scale/simulated-framework.mjs';
import { SimulatedMesos } from '../../../bench/scale/simulated-mesos.mjs';

const SCENE = { machines: 30, applications: 10, seed: 1 };

test('coarse mode on a simulated cluster serves everybody, though agents and applications come and go', async () => {
  const { placed, churned, turnedOver, executors, schedulers } = await live(SCENE);
  expect(placed.executors).toBeGreaterThan(SCENE.applications);
  expect(turnedOver.executors).toBeGreaterThan(0);
  expect(executors).toBeLessThan(placed.executors * 2);
  expect(schedulers).toHaveLength(SCENE.applications);
  // The same seed decides the same.
  const again = await live(SCENE);
  expect([again.placed.offers, again.churned.offers]).toEqual([placed.offers, churned.offers]);
});

test('equals get equal shares where there is enough to divide', async () => {
  const { jain, least } = await fairness({ machines: 100, applications: 2, seed: 1 });
  expect(jain).toBeGreaterThan(0.99);
  expect(least).toBeGreaterThan(0.9);
});

test('a queue of drivers is emptied in its order, and offers that suit nobody are declined', async () => {
  const { seconds } = await drain(queue({ machines: 10, drivers: 300, seed: 1 }));
  expect(seconds).toBeGreaterThan(1);
  expect(offersInVain(queue({ machines: 0, drivers: 20, seed: 1 })).length).toBeGreaterThan(0);
});

test('Jain’s index is 1 for equals and 1/n where one has all', () => {
  expect(jainIndex([3, 3, 3])).toBe(1);
  expect(jainIndex([4, 0, 0, 0])).toBe(0.25);
});

/** A framework whose core answers its first offers as it is told to. */
function framework(callsFor: (offer: { id: unknown; agentId: unknown }) => readonly object[]) {
  const mesos = new SimulatedMesos({ machines: 1, seed: 1 });
  const core = {
    handle: (event: { kind: string; offers?: readonly { id: unknown; agentId: unknown }[] }) =>
      event.kind === 'offers' && event.offers?.[0] !== undefined ? callsFor(event.offers[0]) : [],
    nextWakeMs: () => undefined,
  };
  mesos.subscribe(
    new SimulatedFramework({ id: 'f', core, mesos, callOf: (call) => call, answerTo: () => undefined }),
  );
  return mesos;
}

function accept(
  { id, agentId }: { id: unknown; agentId: unknown },
  tasks: readonly (readonly [string, number])[],
) {
  const taskInfos = tasks.map(([taskId, cpus]) => ({
    taskId: { value: taskId },
    agentId,
    name: taskId,
    resources: [
      {
        name: 'cpus',
        type: messages.v1.Value.Type.SCALAR,
        scalar: { value: cpus },
        role: '*',
        allocationInfo: { role: '*' },
      },
    ],
  }));
  const operation = { type: messages.v1.Offer.Operation.Type.LAUNCH, launch: { taskInfos } };
  const { ACCEPT } = messages.v1.scheduler.Call.Type;
  return { type: ACCEPT, accept: { offerIds: [id], operations: [operation] } };
}

test.each([
  ['takes more than was offered', /does not contain/, [['t', 1000]], 1],
  [
    'launches a task twice',
    /launched before/,
    [
      ['t', 1],
      ['t', 1],
    ],
    1,
  ],
  ['answers an offer twice', /answered it before/, [['t', 1]], 2],
  ['does not answer', /left 1 offers unanswered/, [], 0],
] as const)('a simulation ends when a framework %s', (_, problem, tasks, answers) => {
  const mesos = framework((offer) => Array.from({ length: answers }, () => accept(offer, tasks)));
  expect(() => mesos.tick()).toThrow(problem);
});

test('an application that ends gives back all that it had', () => {
  const mesos = new SimulatedMesos({ machines: 3, seed: 1 });
  const random = randomNumbers(1);
  const application = startApplication(mesos, 'app', { cores: 1, memoryMiB: 512 }, random);
  mesos.tick();
  expect(mesos.tasks.size).toBe(mesos.cpus);
  mesos.tearDown(application);
  expect(mesos.tasks.size).toBe(0);
  startApplication(mesos, 'next', { cores: 1, memoryMiB: 512 }, random);
  mesos.tick();
  expect(mesos.tasks.size).toBe(mesos.cpus);
});
