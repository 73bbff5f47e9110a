import { flagOf, type JsonObject, numberOf, objectOf, textOf, textsOf } from '../../shared/json.ts';
import { parseResources, parseUse, type Resources, type ResourceUse } from './resources.ts';
import type { LabelView } from './task.ts';

/**
 * What an agent is doing: `active` takes tasks, `draining` and `drained` are being emptied for maintenance,
 * `deactivated` was told to take none, `disconnected` has not been heard of lately,
 * and `recovering` is known from before the master changed and has not come back yet.
 */
export type AgentStatus = 'active' | 'draining' | 'drained' | 'deactivated' | 'disconnected' | 'recovering';

/** An agent as the console shows it. */
export interface AgentView {
  readonly id: string;
  readonly hostname: string;
  /** Host name with port where the port is known: several agents may share a machine. */
  readonly address: string;
  readonly status: AgentStatus;
  readonly version: string;
  readonly registeredMs: number;
  readonly attributes: readonly LabelView[];
  readonly capabilities: readonly string[];
  readonly use: ResourceUse;
  /** What is set aside for single roles. */
  readonly reservations: readonly { readonly role: string; readonly resources: Resources }[];
}

/** Reads an agent entry of `/state`; `recovered` says that it stood among those not back yet. */
export function parseAgent(agent: JsonObject, recovered: boolean): AgentView {
  const hostname = textOf(agent, 'hostname');
  const port = numberOf(agent, 'port');
  return {
    id: textOf(agent, 'id'),
    hostname,
    address: port > 0 ? `${hostname}:${port}` : hostname,
    status: recovered ? 'recovering' : statusOf(agent),
    version: textOf(agent, 'version'),
    registeredMs: numberOf(agent, 'registered_time') * 1000,
    attributes: parseAttributes(objectOf(agent, 'attributes')),
    capabilities: textsOf(agent, 'capabilities'),
    use: parseUse(agent),
    reservations: Object.entries(objectOf(agent, 'reserved_resources')).map(([role, resources]) => ({
      role,
      resources: parseResources(resources),
    })),
  };
}

function parseAttributes(attributes: JsonObject): readonly LabelView[] {
  return Object.keys(attributes)
    .sort()
    .map((key) => ({ key, value: textOf(attributes, key) }));
}

function statusOf(agent: JsonObject): AgentStatus {
  if (agent.active === false) return 'disconnected';
  const drain = textOf(objectOf(agent, 'drain_info'), 'state');
  if (drain === 'DRAINED') return 'drained';
  if (drain !== '') return 'draining';
  return flagOf(agent, 'deactivated') ? 'deactivated' : 'active';
}
