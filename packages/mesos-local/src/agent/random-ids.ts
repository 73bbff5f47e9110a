import { randomBytes, randomUUID } from 'node:crypto';
import type { ContainerId } from '../ids.ts';
import type { AgentIdSource } from './agent-core.ts';

/** 16 bytes of a random UUID. */
function statusUuid(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return new Uint8Array(bytes);
}

/** Ids of containers and updates that no other has. */
export const RANDOM_IDS: AgentIdSource = {
  containerId: () => randomUUID() as string as ContainerId,
  statusUuid,
};
