import type { Refusal } from '@spark-mesos/scheduler-utils';
import type { LocalityWait } from './locality.ts';

/** An agent that holds as much of the application as one agent may. */
export interface AgentFull {
  readonly ok: false;
  readonly reason: 'AGENT_FULL';
  readonly setting: string;
  readonly max: number;
  /** What the application's executors hold there of it already. */
  readonly held: number;
  /** What one more would add. */
  readonly need: number;
}

/** An agent that is left out after failures. */
export interface AgentExcluded {
  readonly ok: false;
  readonly reason: 'AGENT_EXCLUDED';
  /** When it is tried again, in milliseconds of the clock. */
  readonly untilMs: number;
}

/** An agent that is to be empty: an operator drains it, or its maintenance is near. */
export interface AgentDraining {
  readonly ok: false;
  readonly reason: 'AGENT_DRAINING';
  /** When executors that are still there are killed, in milliseconds of the clock. */
  readonly untilMs: number;
}

/** Why an executor was not placed on what an agent offered. */
export type OfferRefusal = Refusal | AgentFull | LocalityWait;

/** Why an agent's offer was not taken: what it lacked, or that the agent is left out. */
export type AgentRefusal = OfferRefusal | AgentExcluded | AgentDraining;
