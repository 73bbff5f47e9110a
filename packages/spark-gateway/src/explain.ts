import type { AgentRegistration } from '@spark-mesos/external-shuffle';
import type { ApplicationPhase } from './application-life.ts';
import type { EngineSnapshot, EngineSummary } from './engine-snapshot.ts';
import { type Explanation, explanationShape, type ListedApplication } from './explanation.ts';
import type { ApplicationSummary } from './observer.ts';

/** What is listed. */
export interface SummarizedApplication {
  readonly summary: ApplicationSummary;
  readonly phase: ApplicationPhase;
  readonly registeredAtMs: number;
  /** Several Sparks speak as its driver does, and the driver's page has yet to say which one it has. */
  readonly isSparkOpen?: boolean;
  /** Of its engine; undefined while there is none. */
  readonly snapshot: EngineSummary | undefined;
}

/** What is explained. */
export interface ExplainedApplication extends SummarizedApplication {
  readonly snapshot: EngineSnapshot | undefined;
  /** How far it is with each shuffle service; undefined: it does without. */
  readonly shuffleServices?: readonly AgentRegistration[] | undefined;
}

/** How an application is, for a list: without a look at each executor and agent. */
export function summarize(application: SummarizedApplication, nowMs: number): ListedApplication {
  const { summary, phase, registeredAtMs, snapshot } = application;
  const waiting = placing(phase) ? snapshot?.waiting : undefined;
  return {
    ...summary,
    phase,
    registeredAt: new Date(registeredAtMs).toISOString(),
    sentence: sentenceOf(application),
    ...(waiting === undefined ? {} : { waitingSince: timeOfDay(waiting.sinceMs, snapshot, nowMs) }),
    executors: snapshot?.alive ?? 0,
    cores: snapshot?.cores ?? 0,
  };
}

/** Puts together what people and programs are told of an application; `nowMs` is the time of day. */
export function explain(application: ExplainedApplication, nowMs: number): Explanation {
  const { snapshot, shuffleServices } = application;
  const dayTime = (ms: number) => timeOfDay(ms, snapshot, nowMs);
  return explanationShape.parse({
    application: summarize(application, nowMs),
    connection: snapshot?.connection ?? 'none',
    coresMax: snapshot?.coresMax,
    wants: snapshot?.wanted ?? [],
    holds: (snapshot?.executors ?? []).map((executor) => ({
      ...executor,
      memoryMiB: executor.taskMemoryMiB,
      status: executor.isKilled ? 'killed' : executor.status,
      since: dayTime(executor.sinceMs),
    })),
    endedSlots: snapshot?.endedSlots,
    offers: (snapshot?.agents ?? [])
      .map((look) => ({ ...look, reason: look.refusal?.reason, at: dayTime(look.atMs) }))
      .sort((one, other) => other.atMs - one.atMs),
    excludedAgents: (snapshot?.excludedAgents ?? []).map((agent) => ({
      ...agent,
      until: dayTime(agent.untilMs),
    })),
    shuffleServices: shuffleServices?.map(({ address, ...registration }) => ({
      ...address,
      ...registration,
    })),
  });
}

/** A snapshot's times are those of a clock that only runs; these are of the day. */
function timeOfDay(ms: number, snapshot: EngineSummary | undefined, nowMs: number): string {
  return new Date(nowMs - ((snapshot?.nowMs ?? 0) - ms)).toISOString();
}

function placing(phase: ApplicationPhase): boolean {
  return phase === 'running' || phase === 'recalling';
}

function sentenceOf({ phase, isSparkOpen = false, snapshot }: SummarizedApplication): string {
  switch (phase) {
    case 'asking':
      return 'has registered, and its driver is asked for its settings';
    case 'subscribing':
      return 'waits because its framework is not registered with the Mesos master yet';
    case 'recalling':
      return `${executorsOf(snapshot)}, and its driver, whose connection is gone, is called back`;
    case 'running':
      return isSparkOpen ? OPEN_SPARK : runningSentence(snapshot);
    case 'ending':
    case 'ended':
      return 'is ending';
  }
}

const OPEN_SPARK =
  "waits because several Sparks here speak as its driver does, and the driver's page has not said yet which one it has";

function runningSentence(snapshot: EngineSummary | undefined): string {
  const waiting = snapshot?.waiting;
  if (waiting === undefined) {
    const wantsNone = snapshot?.wanted.every(({ total }) => total === 0) ?? true;
    if (wantsNone && snapshot?.alive === 0) return 'has no executors, and wants none';
    return `has what it wants: ${executorsOf(snapshot).replace('has ', '')}`;
  }
  // "Waiting for 2 executors with … each: no offer has …": what is wanted stands below, and why comes first.
  const because = `waits because ${waiting.sentence.replace(/^Waiting for [^:]*: /, '')}`;
  return waiting.alive > 0
    ? `${executorsOf(snapshot)}, and ${because.replace('waits', 'waits for more')}`
    : because;
}

function executorsOf(snapshot: EngineSummary | undefined): string {
  const count = snapshot?.alive ?? 0;
  const cores = snapshot?.cores ?? 0;
  if (count === 0) return 'has no executors';
  return `has ${count} executor${count === 1 ? '' : 's'} with ${cores} core${cores === 1 ? '' : 's'}`;
}
