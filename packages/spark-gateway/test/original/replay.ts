import { CoarseBackend, coarseSettings, type SchedulerPortEvent } from '@spark-mesos/coarse-backend';
import { acknowledgeCall } from '@spark-mesos/mesos-client';
import { type JsonObject, mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import { FakeClock, FakeSchedulerPort } from '@spark-mesos/scheduler-utils/testing';
import { Applications } from '../../src/applications.ts';
import { FakeDriver, fakeContext, HeardEvents, settled } from '../support/fakes.ts';
import { originalMeaning, ourMeaning, withMeaning } from './meaning.ts';
import { type Recorded, readRecording } from './recording.ts';
import type { Scenario } from './scenarios.ts';

/** Times of a recording are exact to this. */
const TICK_MS = 0.05;

/** Within this everything ends. */
const LONG_MS = 60_000;

/** What Mesos said, at whatever time. */
type Said =
  | { readonly kind: 'registered' | 'call' }
  | { readonly kind: 'offers'; readonly offers: readonly mesos.v1.IOffer[] }
  | { readonly kind: 'update'; readonly status: mesos.v1.ITaskStatus };

/**
 * What was sent to Mesos, each call under what it answers: `offer O3`, `update 0 TASK_RUNNING`, `REVIVE after …`; and
 * each task under `launch 0`. So that it does not matter how soon an answer came, or how many offers one call answers.
 */
export type Answers = ReadonlyMap<string, JsonObject>;

/** What the original answered, as it was recorded. */
export function originalAnswers(recording: readonly Recorded[]): Answers {
  const answers = new Map<string, JsonObject>();
  const updates = new Map<string, string>();
  const ended: string[] = [];
  for (const message of recording) {
    if (message.kind === 'update') {
      updates.set(uuidOf(message.status), stimulusOf(message));
      if (isEnd(message.status)) ended.push(stimulusOf(message));
    } else if (message.kind === 'call') {
      const { type } = message.call;
      // It revived once at the end of each executor, sooner or later (C41).
      const after = type === 'REVIVE' ? (ended.shift() ?? '') : '';
      add(answers, message.call, { updates, after, read: originalMeaning });
    }
  }
  return answers;
}

/** What ours answers when a driver with these settings registers and Mesos says the same. */
export async function ourAnswers(scenario: Scenario): Promise<Answers> {
  const answers = new Map<string, JsonObject>();
  const updates = new Map<string, string>();
  const port = new FakeSchedulerPort();
  const clock = new FakeClock();
  let framework: mesos.v1.IFrameworkInfo = { user: '', name: '' };
  const heard = new HeardEvents();
  const { context } = fakeContext(heard, {
    sparks: [{ home: '/tmp/spark', version: '3.5.6' }],
    makeBackend: (request) => {
      framework = request.framework;
      return new CoarseBackend({
        client: port,
        application: request.application,
        settings: coarseSettings(request.settings),
        clock,
        taskIdPrefix: 'p',
      });
    },
  });
  const driver = new FakeDriver('connection-1', 40_001, scenario.properties);
  const applications = new Applications(context);
  applications.registerApplication(scenario.application, driver);
  await settled();
  const problem = heard.of('problem').find(([, , , fatal]) => fatal);
  if (problem !== undefined) throw new Error(`the gateway refuses the application: ${problem}`);
  answers.set('SUBSCRIBE', toMesosJson(mesos.v1.FrameworkInfo, framework) as JsonObject);

  const takeCalls = (after: string) => {
    const acknowledged = port.acknowledged.splice(0).filter(({ uuid }) => (uuid?.length ?? 0) > 0);
    for (const call of [...port.calls.splice(0), ...acknowledged.map(acknowledgeCall)]) {
      const json = toMesosJson(mesos.v1.scheduler.Call, call) as JsonObject & { type: string };
      add(answers, json, { updates, after, read: ourMeaning });
    }
    if (port.isTornDown) answers.set('TEARDOWN', { type: 'TEARDOWN' });
  };
  const recording = readRecording(scenario.recording);
  const fate = new Fate(recording);
  const hear = async (status: mesos.v1.ITaskStatus) => {
    updates.set(uuidOf(status), stimulusOf({ kind: 'update', status }));
    const taskId = { value: `p-${status.taskId.value}` };
    const update = { status: { ...status, taskId } };
    port.push({ kind: 'mesos', event: { type: mesos.v1.scheduler.Event.Type.UPDATE, update } });
    await settled();
    takeCalls(stimulusOf({ kind: 'update', status }));
  };
  const passUntil = async (atMs: number, includingNow: boolean) => {
    for (const update of fate.dueBefore(includingNow ? atMs + TICK_MS : atMs - TICK_MS)) {
      clock.advance(Math.max(0, update.atMs - clock.now()));
      await settled();
      takeCalls('a while');
      await hear(update.status);
    }
    clock.advance(Math.max(0, atMs - clock.now()));
    await settled();
    takeCalls('a while');
  };
  for (const [index, message] of recording.entries()) {
    await passUntil(message.atMs, false);
    scenario.wishes[index]?.({ applications, driver });
    await settled();
    takeCalls(`wish ${index}`);
    if (message.kind === 'update') {
      await passUntil(message.atMs, true);
    } else if (message.kind !== 'call') {
      port.push(eventFor(message));
      await settled();
      takeCalls(stimulusOf(message));
      fate.launched(heard.of('launched').length, message.atMs);
    }
  }
  if (
    recording.some(({ kind, ...rest }) => kind === 'call' && 'call' in rest && rest.call.type === 'TEARDOWN')
  ) {
    await passUntil(clock.now() + LONG_MS, true);
  }
  return answers;
}

/** What Mesos said of each task of the original, kept for our task of that number, whenever that is launched. */
class Fate {
  readonly #toldAfterOffer = new Map<
    string,
    { readonly afterMs: number; readonly status: mesos.v1.ITaskStatus }[]
  >();
  readonly #pending: { readonly atMs: number; readonly status: mesos.v1.ITaskStatus }[] = [];
  #launched = 0;

  constructor(recording: readonly Recorded[]) {
    const offeredMs = new Map<string, number>();
    const launchedMs = new Map<string, number>();
    for (const message of recording) {
      if (message.kind === 'offers') {
        for (const { id } of message.offers) offeredMs.set(id.value, message.atMs);
      } else if (message.kind === 'call') {
        const { accept } = message.call as unknown as AnswerJson;
        const tasks = (accept?.operations.flatMap(tasksOf) ?? []) as { task_id: { value: string } }[];
        for (const { task_id } of tasks) {
          launchedMs.set(task_id.value, offeredMs.get(accept?.offer_ids[0]?.value ?? '') ?? message.atMs);
        }
      } else if (message.kind === 'update') {
        const { status, atMs } = message;
        const told = this.#toldAfterOffer.get(status.taskId.value) ?? [];
        told.push({ afterMs: atMs - (launchedMs.get(status.taskId.value) ?? 0), status });
        this.#toldAfterOffer.set(status.taskId.value, told);
      }
    }
  }

  /** So many have been launched by now. */
  launched(count: number, atMs: number): void {
    for (; this.#launched < count; this.#launched += 1) {
      for (const { afterMs, status } of this.#toldAfterOffer.get(String(this.#launched)) ?? []) {
        this.#pending.push({ atMs: atMs + afterMs, status });
      }
    }
  }

  /** What is said before this time, in order; each is given once. */
  dueBefore(atMs: number) {
    this.#pending.sort((one, other) => one.atMs - other.atMs);
    const later = this.#pending.findIndex((update) => update.atMs > atMs);
    return this.#pending.splice(0, later < 0 ? this.#pending.length : later);
  }
}

function eventFor(message: Extract<Recorded, { kind: 'registered' | 'offers' }>): SchedulerPortEvent {
  if (message.kind === 'registered') return { kind: 'subscribed', frameworkId: message.frameworkId };
  const { OFFERS } = mesos.v1.scheduler.Event.Type;
  return { kind: 'mesos', event: { type: OFFERS, offers: { offers: [...message.offers] } } };
}

interface CallContext {
  /** What each update says, by its uuid. */
  readonly updates: ReadonlyMap<string, string>;
  readonly after: string;
  readonly read: Parameters<typeof withMeaning>[1];
}

interface AnswerJson {
  readonly type: string;
  readonly accept?: { offer_ids: { value: string }[]; operations: JsonObject[]; filters?: JsonObject };
  readonly decline?: { offer_ids: { value: string }[]; filters?: JsonObject };
  readonly kill?: JsonObject & { task_id: { value: string } };
  readonly acknowledge?: JsonObject & { uuid: string };
  readonly subscribe?: { framework_info: JsonObject };
}

function add(
  answers: Map<string, JsonObject>,
  call: JsonObject,
  { updates, after, read }: CallContext,
): void {
  const { type, accept, decline, kill, acknowledge, subscribe } = call as unknown as AnswerJson;
  if (accept !== undefined) {
    const tasks = accept.operations.flatMap(tasksOf) as (JsonObject & { task_id: { value: string } })[];
    const numbers = tasks.map(({ task_id }) => numberOf(task_id.value));
    for (const [index, task] of tasks.entries()) {
      answers.set(`launch ${numbers[index]}`, withMeaning(task, read));
    }
    const answer = { type, filters: filtersOf(accept), launches: numbers.join(' ') };
    for (const { value } of accept.offer_ids) answers.set(`offer ${shortId(value)}`, answer);
  } else if (decline !== undefined) {
    const answer = { type, filters: filtersOf(decline) };
    for (const { value } of decline.offer_ids) answers.set(`offer ${shortId(value)}`, answer);
  } else if (kill !== undefined) {
    answers.set(`kill ${numberOf(kill.task_id.value)}`, kill);
  } else if (acknowledge !== undefined) {
    answers.set(updates.get(acknowledge.uuid) ?? `update ${acknowledge.uuid}`, acknowledge);
  } else if (subscribe !== undefined) {
    answers.set(type, subscribe.framework_info);
  } else {
    answers.set(after === '' ? type : `${type} after ${after}`, { type });
  }
}

/** Mesos's own 5 s, whether they are said or not. */
function filtersOf({ filters = {} }: { filters?: JsonObject }): JsonObject {
  return filters.refuse_seconds === 5 ? {} : filters;
}

function tasksOf(operation: JsonObject): JsonObject[] {
  return (operation as { launch: { task_infos: JsonObject[] } }).launch.task_infos;
}

function stimulusOf(message: Said): string {
  switch (message.kind) {
    case 'update':
      return `update ${message.status.taskId.value} ${mesos.v1.TaskState[message.status.state]}`;
    case 'offers':
      return `offer ${message.offers.map(({ id }) => shortId(id.value)).join(' ')}`;
    default:
      return message.kind;
  }
}

function uuidOf({ uuid }: mesos.v1.ITaskStatus): string {
  return Buffer.from(uuid ?? new Uint8Array(0)).toString('base64');
}

function isEnd({ state }: mesos.v1.ITaskStatus): boolean {
  return !['TASK_STAGING', 'TASK_STARTING', 'TASK_RUNNING'].includes(mesos.v1.TaskState[state]);
}

/** Ours is behind a prefix. */
function numberOf(taskId: string): string {
  return taskId.slice(taskId.lastIndexOf('-') + 1);
}

/** `O3` of a whole offer id. */
function shortId(id: string): string {
  return id.slice(id.lastIndexOf('-') + 1);
}
