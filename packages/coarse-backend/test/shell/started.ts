import { mesos } from '@spark-mesos/mesos-proto';
import { FakeClock, FakeSchedulerPort, makeOffer, makeStatus } from '@spark-mesos/scheduler-utils/testing';
import { vi } from 'vitest';
import type {
  CoarseApplication,
  CoarseBackendOptions,
  CoarseSettings,
  ExecutorPlacement,
} from '../../src/index.ts';
import { CoarseBackend, DEFAULT_COARSE_SETTINGS } from '../../src/index.ts';

const EventType = mesos.v1.scheduler.Event.Type;

/** An application that writes down what it is told. */
export class RecordingApplication implements CoarseApplication {
  readonly heard: string[] = [];
  onRegistered: () => void = () => {};

  launch({ executorId }: ExecutorPlacement) {
    return {
      name: `worker ${executorId}`,
      command: { shell: false, value: '/bin/sleep', arguments: ['sleep', '60'] },
    };
  }
  registered(frameworkId: string) {
    this.heard.push(`registered ${frameworkId}`);
    this.onRegistered();
  }
  executorLaunched({ executorId }: ExecutorPlacement) {
    this.heard.push(`launched ${executorId}`);
  }
  executorState({ executorId }: ExecutorPlacement, state: string) {
    this.heard.push(`${executorId} ${state}`);
  }
  draining({ executorId }: ExecutorPlacement, deadlineMs: number) {
    this.heard.push(`${executorId} drained until ${deadlineMs}`);
  }
  waiting({ reason }: { reason: string }) {
    this.heard.push(`waiting ${reason}`);
  }
  failed(error: Error) {
    this.heard.push(`failed ${error.message}`);
  }
}

/** A backend on a connection without a master. */
export function started(settings: Partial<CoarseSettings> = {}, options: Partial<CoarseBackendOptions> = {}) {
  const client = new FakeSchedulerPort();
  const application = new RecordingApplication();
  const clock = new FakeClock(1_000_000);
  const backend = new CoarseBackend({
    client,
    application,
    clock,
    settings: { ...DEFAULT_COARSE_SETTINGS, ...settings },
    taskIdPrefix: 'p',
    ...options,
  });
  backend.start();
  return { client, application, clock, backend };
}

/** Waits until it holds; events pass through a few promises on their way. */
export const until = (check: () => void) => vi.waitFor(check, { interval: 1 });

/** What a connection tells. */
export const subscribed = { kind: 'subscribed', frameworkId: 'f-1' } as const;
export const offers = (...sketches: Parameters<typeof makeOffer>[0][]) =>
  ({
    kind: 'mesos',
    event: { type: EventType.OFFERS, offers: { offers: sketches.map(makeOffer), inverseOffers: [] } },
  }) as const;
export const update = (...status: Parameters<typeof makeStatus>) =>
  ({ kind: 'mesos', event: { type: EventType.UPDATE, update: { status: makeStatus(...status) } } }) as const;
