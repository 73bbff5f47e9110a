import { type CarrierEffect, type CarrierEvent, ExecutorCarrier } from '@spark-mesos/fine-backend';
import type { ExecutorClient, ExecutorClientEvent } from '@spark-mesos/mesos-client';
import type { mesos } from '@spark-mesos/mesos-proto';
import { type Child, startChild } from './child.ts';

/** What an executor is made of. */
export interface RunOptions {
  readonly client: ExecutorClient;
  readonly program: string;
  readonly arguments: readonly string[];
  /** What the child finds itself in. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends it as SHUTDOWN does. */
  readonly signal: AbortSignal;
  /** Told in words what people should know. */
  readonly tell: (text: string) => void;
}

/** How it has ended. */
export interface RunEnd {
  readonly isFault: boolean;
  readonly reason: string;
}

/** So long the last updates may take: the agent has them by then, or is gone. */
const LONGEST_FAREWELL_MS = 2000;

/**
 * Runs an executor under its agent until all is over, which includes its child.
 *
 * ```text
 *   client.events(), child ──► ExecutorCarrier ──► client.update, child, the end
 *                    wake  ──►       └── one timer
 * ```
 */
export async function runExecutor(options: RunOptions): Promise<RunEnd> {
  const { client, signal, tell } = options;
  const { executorId, shutdownGracePeriodMs } = client.environment;
  const carrier = new ExecutorCarrier({ executorId });
  let exit: (end: RunEnd) => void = () => {};
  const over = new Promise<RunEnd>((resolve) => {
    exit = resolve;
  });
  let child: Child | undefined;
  let timer: NodeJS.Timeout | undefined;

  const handle = (event: CarrierEvent): void => {
    for (const effect of carrier.handle(event, performance.now())) {
      carryOut(effect);
    }
    clearTimeout(timer);
    const wakeMs = carrier.nextWakeMs();
    if (wakeMs !== undefined) {
      timer = setTimeout(() => handle({ kind: 'wake' }), Math.max(0, Math.ceil(wakeMs - performance.now())));
    }
  };
  const carryOut = (effect: CarrierEffect): void => {
    switch (effect.kind) {
      case 'update': {
        const { taskId, state, message } = effect;
        client.update({ taskId: { value: taskId }, state, ...(message !== undefined && { message }) }).catch(
          // The agent says so of tasks that it does not know any more; nobody waits for those.
          (error: unknown) => tell(`an update of ${taskId} did not get through: ${error}`),
        );
        break;
      }
      case 'start':
        child = startChild({
          ...options,
          started: () => handle({ kind: 'childStarted' }),
          ended: (end) => handle({ kind: 'childEnded', end }),
        });
        break;
      case 'signal':
        child?.signal(effect.signal);
        break;
      case 'exit':
        exit(effect);
        break;
    }
  };
  const stop = () => handle({ kind: 'shutdown', reason: 'asked to end', graceMs: shutdownGracePeriodMs });
  signal.addEventListener('abort', stop, { once: true });
  const reading = follow(client, handle, tell);
  const { isFault, reason } = await over;
  signal.removeEventListener('abort', stop);
  await Promise.race([client.settled(), pause(LONGEST_FAREWELL_MS)]);
  await client.close();
  await reading;
  return { isFault, reason };
}

/** Tells what the agent says, until it says no more. */
async function follow(
  client: ExecutorClient,
  handle: (event: CarrierEvent) => void,
  tell: (text: string) => void,
): Promise<void> {
  for await (const event of client.events()) {
    switch (event.kind) {
      case 'mesos':
        for (const heard of eventsOf(event.event)) {
          handle(heard);
        }
        break;
      case 'shutdown':
        tell(`ending: ${event.reason}`);
        handle(event);
        break;
      case 'disconnected':
        tell(`the agent is gone: ${event.reason}`);
        break;
      default:
        tellOf(event, handle, tell);
        break;
    }
  }
  // Without an agent there is nobody to run anything for; where all is over by now this changes nothing.
  handle({ kind: 'abandoned', reason: 'the agent has ended the subscription' });
}

function tellOf(
  event: Extract<ExecutorClientEvent, { kind: 'subscribed' | 'failed' }>,
  handle: (event: CarrierEvent) => void,
  tell: (text: string) => void,
): void {
  if (event.kind === 'failed') {
    tell(`given up: ${event.error.message}`);
    handle({ kind: 'abandoned', reason: event.error.message });
  } else if (event.resubscribed) {
    tell('the agent is back');
  }
}

function eventsOf({ launch, launchGroup, kill, message }: mesos.v1.executor.IEvent): CarrierEvent[] {
  const tasks = [...(launch ? [launch.task] : []), ...(launchGroup?.taskGroup?.tasks ?? [])];
  const events: CarrierEvent[] = tasks.map((task) => ({ kind: 'launch', task }));
  if (kill) {
    const grace = kill.killPolicy?.gracePeriod?.nanoseconds;
    const graceMs = grace == null ? undefined : Number(grace) / 1e6;
    events.push({ kind: 'kill', taskId: kill.taskId.value, graceMs });
  }
  if (message) {
    events.push({ kind: 'message', data: message.data });
  }
  return events;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
