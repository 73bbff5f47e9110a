import { createHash } from 'node:crypto';
import type { mesos } from '@spark-mesos/mesos-proto';
import type { Quota } from '../allocation/quota.ts';
import type { AgentId, FrameworkId, OfferId, StreamId } from '../ids.ts';

/** An operation of a framework that has asked to hear how it went, until it has acknowledged that. */
export interface OperationRecord {
  readonly uuid: Uint8Array;
  readonly frameworkId: FrameworkId;
  readonly agentId: AgentId;
  readonly info: mesos.v1.Offer.IOperation;
  readonly status: mesos.v1.IOperationStatus;
  /** How long the next wait for its acknowledgement is. */
  retryMs: number;
}

/** A request to give an agent's machine up for maintenance, until it is answered or taken back. */
export interface InverseOfferRecord {
  readonly id: OfferId;
  readonly frameworkId: FrameworkId;
  readonly agentId: AgentId;
  readonly unavailability: mesos.v1.IUnavailability;
}

/** An agent that is being emptied, or was. */
export interface DrainRecord {
  state: mesos.v1.DrainState;
  readonly config: mesos.v1.IDrainConfig;
  readonly startedAtMs: number;
}

/** A machine that the maintenance schedule names; all others are up. */
export interface MachineRecord {
  readonly id: mesos.v1.IMachineID;
  mode: 'draining' | 'down';
  unavailability: mesos.v1.IUnavailability;
  /** What each framework has answered to its last inverse offer. */
  readonly answers: Map<FrameworkId, mesos.v1.allocator.IInverseOfferStatus>;
}

/** What operators have made of a cluster, and who of them listens. */
export class OperatorState {
  readonly operations = new Map<string, OperationRecord>();
  /** Weights that were set; all other roles weigh 1. */
  readonly weights = new Map<string, number>();
  /** Quotas that were set, also to nothing. */
  readonly quotas = new Map<string, Quota>();
  /** Agents that get no offers because an operator has said so. */
  readonly deactivatedAgents = new Set<AgentId>();
  readonly draining = new Map<AgentId, DrainRecord>();
  readonly goneAgents = new Set<AgentId>();
  schedule: mesos.v1.maintenance.ISchedule | undefined;
  /** By {@link machineKey}. */
  readonly machines = new Map<string, MachineRecord>();
  readonly inverseOffers = new Map<OfferId, InverseOfferRecord>();
  /** Until when a framework does not want to hear of an agent's maintenance; by both ids. */
  readonly inverseFilters = new Map<string, number>();
  readonly streams = new Set<StreamId>();
  readonly #seed: string;
  #uuidNumber = 0;

  /** @param seed Makes the uuids of this master its own. */
  constructor(seed: string) {
    this.#seed = seed;
  }

  /** 16 bytes of a UUID that is made of a name (RFC 9562, version 5): the master itself is free of chance. */
  nextUuid(): Uint8Array {
    const hash = createHash('sha1')
      .update(`${this.#seed} ${this.#uuidNumber++}`)
      .digest();
    const bytes = new Uint8Array(hash.subarray(0, 16));
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
    return bytes;
  }
}

/** Machines are told apart by both their names, host names without regard to case. */
export function machineKey({ hostname, ip }: mesos.v1.IMachineID): string {
  return `${(hostname ?? '').toLowerCase()}\u0000${ip ?? ''}`;
}
