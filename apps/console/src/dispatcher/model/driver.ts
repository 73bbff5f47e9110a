import {
  asObject,
  flagOf,
  type JsonObject,
  numberOf,
  objectOf,
  objectsOf,
  textOf,
  textsOf,
} from '../../shared/json.ts';
import type { Phase } from '../../shared/phase.ts';
import { safeLink } from '../../shared/safe-link.ts';

/** What a driver's task takes of an agent. */
export interface DriverResources {
  readonly cpus: number;
  readonly memMiB: number;
  readonly heapMiB: number;
}

/** When a driver that failed is started again. */
export interface RetryView {
  readonly retries: number;
  readonly waitSeconds: number;
  readonly nextRetryMs: number | undefined;
  readonly lastFailure: string;
}

/** One task that a driver had. */
export interface AttemptView {
  readonly number: number;
  readonly taskId: string;
  readonly driverFrameworkId: string;
  readonly agentId: string;
  readonly hostname: string;
  readonly launchedMs: number | undefined;
  readonly startedMs: number | undefined;
  readonly finishedMs: number | undefined;
  /** Mesos's name of its state, empty while nothing was heard of it. */
  readonly taskState: string;
  readonly message: string;
  readonly reason: string;
  readonly exitStatus: number | undefined;
  readonly sandboxLink: string | undefined;
  readonly historyLink: string | undefined;
}

/** A driver in a list. */
export interface DriverView {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly finalState: string;
  readonly message: string;
  readonly queue: string;
  readonly priority: number;
  readonly submittedMs: number | undefined;
  readonly finishedMs: number | undefined;
  readonly supervise: boolean;
  readonly owner: string;
  readonly mainClass: string;
  readonly resources: DriverResources;
  readonly attemptCount: number;
  readonly retry: RetryView | undefined;
  readonly attempt: AttemptView | undefined;
}

/** A part of a list of drivers. */
export interface DriverPage {
  readonly drivers: readonly DriverView[];
  readonly total: number;
  readonly offset: number;
}

/** Reads the answer of `/submissions`. */
export function parseDriverPage(answer: unknown): DriverPage {
  const page = asObject(answer);
  return {
    drivers: objectsOf(page, 'submissions').map((one) => parseDriver(one)),
    total: numberOf(page, 'total'),
    offset: numberOf(page, 'offset'),
  };
}

/** Reads a submission in a list, or what one with all details has in common with it. */
export function parseDriver(object: JsonObject): DriverView {
  const resources = objectOf(object, 'resources');
  return {
    id: textOf(object, 'id'),
    name: textOf(object, 'name') || textOf(object, 'id'),
    state: textOf(object, 'state'),
    finalState: textOf(object, 'finalState'),
    message: textOf(object, 'message'),
    queue: textOf(object, 'queue'),
    priority: numberOf(object, 'priority'),
    submittedMs: momentOf(object, 'submittedAt'),
    finishedMs: momentOf(object, 'finishedAt'),
    supervise: flagOf(object, 'supervise'),
    owner: textOf(object, 'owner'),
    mainClass: textOf(object, 'mainClass'),
    resources: {
      cpus: numberOf(resources, 'cpus'),
      memMiB: numberOf(resources, 'memMiB'),
      heapMiB: numberOf(resources, 'heapMiB'),
    },
    attemptCount: numberOf(object, 'attemptCount'),
    retry: 'retry' in object ? parseRetry(objectOf(object, 'retry')) : undefined,
    attempt: 'currentAttempt' in object ? parseAttempt(objectOf(object, 'currentAttempt')) : undefined,
  };
}

/** Reads one attempt. */
export function parseAttempt(object: JsonObject): AttemptView {
  const links = objectOf(object, 'links');
  return {
    number: numberOf(object, 'number'),
    taskId: textOf(object, 'taskId'),
    driverFrameworkId: textOf(object, 'driverFrameworkId'),
    agentId: textOf(object, 'agentId'),
    hostname: textOf(object, 'hostname'),
    launchedMs: momentOf(object, 'launchedAt'),
    startedMs: momentOf(object, 'startedAt'),
    finishedMs: momentOf(object, 'finishedAt'),
    taskState: textOf(object, 'taskState'),
    message: textOf(object, 'message'),
    reason: textOf(object, 'reason'),
    exitStatus: 'exitStatus' in object ? numberOf(object, 'exitStatus') : undefined,
    sandboxLink: safeLink(textOf(links, 'sandbox')),
    historyLink: safeLink(textOf(links, 'history')),
  };
}

/** A driver with all that is known of it. */
export interface DriverDetails extends DriverView {
  readonly attempts: readonly AttemptView[];
  readonly resubmissionOf: string;
  readonly idempotencyKey: string;
  readonly driverUiLink: string | undefined;
  readonly appResource: string;
  readonly arguments: readonly string[];
  readonly properties: readonly NamedValue[];
  readonly environment: readonly NamedValue[];
}

/** A setting. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** Reads the answer of `/submissions/<id>`. */
export function parseDriverDetails(answer: unknown): DriverDetails {
  const object = asObject(answer);
  const request = objectOf(object, 'request');
  const attempts = objectsOf(object, 'attempts').map(parseAttempt);
  return {
    ...parseDriver(object),
    mainClass: textOf(request, 'mainClass'),
    attempt: attempts.at(-1),
    attempts,
    resubmissionOf: textOf(object, 'resubmissionOf'),
    idempotencyKey: textOf(object, 'idempotencyKey'),
    driverUiLink: safeLink(textOf(objectOf(object, 'links'), 'driverUi')),
    appResource: textOf(request, 'appResource'),
    arguments: textsOf(request, 'arguments'),
    properties: namedValues(objectOf(request, 'properties')),
    environment: namedValues(objectOf(request, 'environment')),
  };
}

const PHASES: ReadonlyMap<string, Phase> = new Map([
  ['queued', 'waiting'],
  ['launching', 'waiting'],
  ['running', 'running'],
  ['unreachable', 'lost'],
  ['killing', 'stopping'],
  ['retrying', 'waiting'],
  ['FINISHED', 'finished'],
  ['FAILED', 'failed'],
  ['KILLED', 'killed'],
  ['ERROR', 'failed'],
  ['LOST', 'lost'],
]);

/** How a driver fares, as shape and colour tell it. */
export function driverPhase({ state, finalState }: Pick<DriverView, 'state' | 'finalState'>): Phase {
  return PHASES.get(state === 'finished' ? finalState : state) ?? 'lost';
}

/** How a driver fares, in a word: what is finished says how it ended, and FINISHED that it ended well. */
export function driverStateLabel({ state, finalState }: Pick<DriverView, 'state' | 'finalState'>): string {
  if (state !== 'finished' || finalState === '') return state;
  return finalState === 'FINISHED' ? 'succeeded' : finalState.toLowerCase();
}

const TASK_PHASES: ReadonlyMap<string, Phase> = new Map([
  ['TASK_RUNNING', 'running'],
  ['TASK_KILLING', 'stopping'],
  ['TASK_FINISHED', 'finished'],
  ['TASK_FAILED', 'failed'],
  ['TASK_ERROR', 'failed'],
  ['TASK_KILLED', 'killed'],
]);

/** How an attempt fares. */
export function attemptPhase({ taskState }: AttemptView): Phase {
  const isOnItsWay = taskState === '' || taskState === 'TASK_STAGING' || taskState === 'TASK_STARTING';
  return isOnItsWay ? 'waiting' : (TASK_PHASES.get(taskState) ?? 'lost');
}

function parseRetry(object: JsonObject): RetryView {
  return {
    retries: numberOf(object, 'retries'),
    waitSeconds: numberOf(object, 'waitSeconds'),
    nextRetryMs: momentOf(object, 'nextRetryAt'),
    lastFailure: textOf(object, 'lastFailure'),
  };
}

/** A moment in milliseconds since 1970; undefined where there is none. */
export function momentOf(object: JsonObject, field: string): number | undefined {
  const time = Date.parse(textOf(object, field));
  return Number.isNaN(time) ? undefined : time;
}

function namedValues(object: JsonObject): readonly NamedValue[] {
  return Object.keys(object)
    .sort()
    .map((name) => ({ name, value: textOf(object, name) }));
}
