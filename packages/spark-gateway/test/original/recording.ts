import { readFileSync } from 'node:fs';
import { fromMesosJson, type JsonObject, mesos } from '@spark-mesos/mesos-proto';

/** What Mesos told the original, or what the original asked of Mesos, in the order in which they crossed. */
export type Recorded = { readonly atMs: number } & (
  | { readonly kind: 'registered'; readonly frameworkId: string }
  | { readonly kind: 'offers'; readonly offers: readonly mesos.v1.IOffer[] }
  | { readonly kind: 'update'; readonly status: mesos.v1.ITaskStatus }
  | { readonly kind: 'call'; readonly call: RecordedCall }
);

/** A call in the JSON of Mesos. */
export type RecordedCall = JsonObject & { readonly type: string };

interface Line {
  readonly t: number;
  readonly to: string;
  readonly message: string;
  readonly body: JsonObject;
}

/** Reads a recording; what went between agents, executors and the master is left out. */
export function readRecording(name: string): Recorded[] {
  const text = readFileSync(new URL(`../fixtures/original/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .flatMap((line) => {
      // The old messages say `slave` where the new ones say `agent`.
      const { t, ...rest }: Line = JSON.parse(line.replaceAll('"slave_id"', '"agent_id"'));
      const message = messageOf(rest);
      return message === undefined ? [] : [{ atMs: t * 1000, ...message }];
    });
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'atMs'> : never;

function messageOf({ to, message, body }: Omit<Line, 't'>): WithoutTime<Recorded> | undefined {
  if (message === 'mesos.scheduler.Call') {
    return { kind: 'call', call: body as RecordedCall };
  }
  if (!to.startsWith('scheduler-')) {
    return undefined;
  }
  if (message === 'mesos.internal.FrameworkRegisteredMessage') {
    return {
      kind: 'registered',
      frameworkId: (body as { framework_id: { value: string } }).framework_id.value,
    };
  }
  if (message === 'mesos.internal.ResourceOffersMessage') {
    const { offers } = body as { offers: JsonObject[] };
    return { kind: 'offers', offers: offers.map((offer) => fromMesosJson(mesos.v1.Offer, offer)) };
  }
  const { update } = body as { update: { status: JsonObject } };
  return { kind: 'update', status: fromMesosJson(mesos.v1.TaskStatus, update.status) };
}
