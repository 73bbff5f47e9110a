import { readFileSync } from 'node:fs';
import { fromMesosJson, type JsonObject, mesos, toMesosJson } from '@spark-mesos/mesos-proto';

/** A message between the original module and a real Mesos, in the order in which they crossed. */
export type RecordedMessage =
  | { readonly kind: 'registered'; readonly frameworkId: string }
  | { readonly kind: 'offers'; readonly offers: readonly mesos.v1.IOffer[] }
  | { readonly kind: 'update'; readonly status: mesos.v1.ITaskStatus }
  | { readonly kind: 'call'; readonly call: string };

interface RecordedLine {
  readonly t: number;
  readonly to: string;
  readonly message: string;
  readonly body: Record<string, never>;
}

/** Reads a recording; what went between agents, executors and the master is left out. */
export function readRecording(name: string): { readonly atMs: number; readonly message: RecordedMessage }[] {
  const text = readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .flatMap((line) => {
      const recorded: RecordedLine = JSON.parse(asVersion1(line));
      const message = messageOf(recorded);
      return message === undefined ? [] : [{ atMs: recorded.t * 1000, message }];
    });
}

/** What a call asks for, in one line: offers, filters, and of tasks all but command and number. */
export function summarizeCall(call: mesos.v1.scheduler.ICall): string {
  return summarize(toMesosJson(mesos.v1.scheduler.Call, call));
}

/** The old messages say `slave` where the new ones say `agent`. */
function asVersion1(line: string): string {
  return line.replaceAll('"slave_id"', '"agent_id"');
}

function messageOf({ to, message, body }: RecordedLine): RecordedMessage | undefined {
  if (message === 'mesos.scheduler.Call') {
    return { kind: 'call', call: summarize(body) };
  }
  if (!to.startsWith('scheduler-')) {
    return undefined;
  }
  const {
    framework_id: frameworkId,
    offers,
    update,
  } = body as Record<string, JsonObject & { value: string }>;
  if (message === 'mesos.internal.FrameworkRegisteredMessage') {
    return { kind: 'registered', frameworkId: frameworkId?.value ?? '' };
  }
  if (message === 'mesos.internal.ResourceOffersMessage') {
    const list = offers as unknown as JsonObject[];
    return { kind: 'offers', offers: list.map((offer) => fromMesosJson(mesos.v1.Offer, offer)) };
  }
  const status = (update as Record<string, JsonObject> | undefined)?.status ?? {};
  return { kind: 'update', status: fromMesosJson(mesos.v1.TaskStatus, status) };
}

interface CallJson {
  readonly type: string;
  readonly accept?: {
    readonly offer_ids: unknown;
    readonly operations: readonly {
      readonly launch: { readonly task_infos: readonly { command?: unknown }[] };
    }[];
  };
  readonly decline?: unknown;
  readonly kill?: { readonly task_id: unknown };
  readonly acknowledge?: unknown;
}

/** Our task ids have a prefix where the original's are bare numbers (rule C5). */
function summarize(json: object): string {
  const call = json as CallJson;
  const { type, accept, decline, kill, acknowledge } = call;
  const detail = acceptSummary(accept) ?? decline ?? kill?.task_id ?? acknowledge ?? {};
  return `${type} ${JSON.stringify(sorted(detail))}`.replaceAll('"p-', '"').replaceAll('"filters":{},', '');
}

function acceptSummary(accept: CallJson['accept']): object | undefined {
  const tasks = accept?.operations.flatMap(({ launch }) => launch.task_infos);
  return (
    tasks && { offer_ids: accept?.offer_ids, tasks: tasks.map(({ command: _command, ...rest }) => rest) }
  );
}

/** With members in alphabetical order, so that equal things have equal text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
