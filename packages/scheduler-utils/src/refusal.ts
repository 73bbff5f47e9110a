import type { ConstraintOperator } from './constraints/operators.ts';
import type { PortRange } from './resources/ranges.ts';

/** A scalar resource of which there is too little. Amounts are in Mesos's own units: cpus, MiB. */
export interface ResourceShortage {
  readonly ok: false;
  readonly reason: 'CPUS_SHORT' | 'MEM_SHORT' | 'GPUS_SHORT' | 'DISK_SHORT' | 'RESOURCE_SHORT';
  readonly resource: string;
  readonly need: number;
  readonly have: number;
}

/** Ports that an offer does not hold. */
export interface PortsMissing {
  readonly ok: false;
  readonly reason: 'PORTS_MISSING';
  readonly need: readonly number[];
  readonly have: readonly PortRange[];
}

/** An attribute that does not meet its constraint; `have` is the offered value, `undefined` when there is none. */
export interface ConstraintUnmet {
  readonly ok: false;
  readonly reason: 'CONSTRAINT_UNMET';
  readonly constraint: string;
  /** The operator, where it is one beyond Spark's own constraints. */
  readonly operator?: ConstraintOperator;
  readonly need: readonly string[];
  readonly have: string | undefined;
  /** How many executors of the application are where the field has this value, for operators that count them. */
  readonly placed?: number;
}

/** Why something that was asked of an offer cannot be had, and by how much it falls short. */
export type Refusal = ResourceShortage | PortsMissing | ConstraintUnmet;

/** A yes, for functions that answer yes or a {@link Refusal}. One object, since it is asked for each offer. */
export const GRANTED = { ok: true } as const;

/** A yes without anything more to say. */
export type Granted = typeof GRANTED;

const SHORTAGE_REASONS: Readonly<Record<string, ResourceShortage['reason']>> = {
  cpus: 'CPUS_SHORT',
  mem: 'MEM_SHORT',
  gpus: 'GPUS_SHORT',
  disk: 'DISK_SHORT',
};

/** The refusal for a scalar resource of which there is too little. */
export function shortage(resource: string, need: number, have: number): ResourceShortage {
  return { ok: false, reason: SHORTAGE_REASONS[resource] ?? 'RESOURCE_SHORT', resource, need, have };
}
