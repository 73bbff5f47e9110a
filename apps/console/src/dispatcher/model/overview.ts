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

/** One queue; a limit of undefined is none of its own. */
export interface QueueView {
  readonly name: string;
  readonly priority: number;
  readonly queued: number;
  readonly running: number;
  readonly retrying: number;
  readonly maxQueued: number | undefined;
  readonly maxRunning: number | undefined;
}

/** What waits and runs, and the limits. */
export interface QueuesView {
  readonly queues: readonly QueueView[];
  readonly queued: number;
  readonly running: number;
  readonly retrying: number;
  readonly finished: number;
  readonly maxQueued: number;
  readonly maxRunning: number;
  readonly strictOrder: boolean;
  readonly next: readonly string[];
  readonly offers: string;
}

/** Durations in milliseconds; undefined where nothing was counted. */
export interface DurationsView {
  readonly count: number;
  readonly medianMs: number | undefined;
  readonly p95Ms: number | undefined;
}

/** What was counted since the dispatcher began. */
export interface StatisticsView {
  readonly submissions: number;
  readonly launches: number;
  readonly retries: number;
  readonly kills: number;
  readonly offers: number;
  readonly offersDeclined: number;
  /** Ended attempts by Mesos's name of their state. */
  readonly ended: ReadonlyMap<string, number>;
  readonly submitToFirstLaunch: DurationsView;
  readonly launchToFinish: DurationsView;
}

/** Whether the dispatcher can take submissions and launch drivers. */
export interface ReadinessView {
  readonly ready: boolean;
  readonly draining: boolean;
  readonly frameworkId: string;
  readonly master: string;
  readonly problems: readonly string[];
}

/** Reads the answer of `/queues`. */
export function parseQueues(answer: unknown): QueuesView {
  const object = asObject(answer);
  return {
    queues: objectsOf(object, 'queues').map(parseQueue),
    queued: numberOf(object, 'queued'),
    running: numberOf(object, 'running'),
    retrying: numberOf(object, 'retrying'),
    finished: numberOf(object, 'finished'),
    maxQueued: numberOf(object, 'maxQueued'),
    maxRunning: numberOf(object, 'maxRunning'),
    strictOrder: flagOf(object, 'strictOrder'),
    next: textsOf(object, 'next'),
    offers: textOf(object, 'offers'),
  };
}

function parseQueue(object: JsonObject): QueueView {
  return {
    name: textOf(object, 'name'),
    priority: numberOf(object, 'priority'),
    queued: numberOf(object, 'queued'),
    running: numberOf(object, 'running'),
    retrying: numberOf(object, 'retrying'),
    maxQueued: optionalNumber(object, 'maxQueued'),
    maxRunning: optionalNumber(object, 'maxRunning'),
  };
}

/** Reads the answer of `/statistics`. */
export function parseStatistics(answer: unknown): StatisticsView {
  const object = asObject(answer);
  const ended = objectOf(object, 'endedByTaskState');
  return {
    submissions: numberOf(object, 'submissionsTotal'),
    launches: numberOf(object, 'launchesTotal'),
    retries: numberOf(object, 'retriesTotal'),
    kills: numberOf(object, 'killsTotal'),
    offers: numberOf(object, 'offersTotal'),
    offersDeclined: numberOf(object, 'offersDeclinedTotal'),
    ended: new Map(Object.keys(ended).map((state) => [state, numberOf(ended, state)])),
    submitToFirstLaunch: parseDurations(objectOf(object, 'submitToFirstLaunch')),
    launchToFinish: parseDurations(objectOf(object, 'launchToFinish')),
  };
}

function parseDurations(object: JsonObject): DurationsView {
  return {
    count: numberOf(object, 'count'),
    medianMs: optionalNumber(object, 'medianMs'),
    p95Ms: optionalNumber(object, 'p95Ms'),
  };
}

/** Reads the answer of `/readiness`. */
export function parseReadiness(answer: unknown): ReadinessView {
  const object = asObject(answer);
  return {
    ready: flagOf(object, 'ready'),
    draining: flagOf(object, 'draining'),
    frameworkId: textOf(object, 'frameworkId'),
    master: textOf(object, 'master'),
    problems: textsOf(object, 'problems'),
  };
}

function optionalNumber(object: JsonObject, field: string): number | undefined {
  return field in object ? numberOf(object, field) : undefined;
}
