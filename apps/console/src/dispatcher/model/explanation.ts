import { asObject, numberOf, objectsOf, textOf } from '../../shared/json.ts';
import { momentOf } from './driver.ts';

/** Why an agent's last offer was not taken. */
export interface RefusalView {
  readonly agentId: string;
  readonly hostname: string;
  readonly reason: string;
  readonly cpus: number;
  readonly memMiB: number;
  readonly offeredMs: number | undefined;
}

/** Why a driver is where it is. */
export interface ExplanationView {
  readonly sentence: string;
  readonly reason: string;
  /** Its place in the queue, from 1; 0 where it has none. */
  readonly position: number;
  readonly agents: readonly RefusalView[];
}

/** Reads the answer of `/submissions/<id>/explain`. */
export function parseExplanation(answer: unknown): ExplanationView {
  const object = asObject(answer);
  return {
    sentence: textOf(object, 'sentence'),
    reason: textOf(object, 'reason'),
    position: numberOf(object, 'position'),
    agents: objectsOf(object, 'agents').map((agent) => ({
      agentId: textOf(agent, 'agentId'),
      hostname: textOf(agent, 'hostname'),
      reason: textOf(agent, 'reason'),
      cpus: numberOf(agent, 'cpus'),
      memMiB: numberOf(agent, 'memMiB'),
      offeredMs: momentOf(agent, 'offeredAt'),
    })),
  };
}
