import {
  flagOf,
  type JsonObject,
  numberOf,
  objectOf,
  objectsOf,
  textOf,
  textsOf,
} from '../../shared/json.ts';
import { safeLink } from '../../shared/safe-link.ts';
import { parseResources, parseUse, type Resources, type ResourceUse } from './resources.ts';
import { latestEndFirst, newestFirst, parseTask, type TaskView } from './task.ts';

/**
 * What a framework is doing: `active` takes offers, `inactive` is connected but takes none,
 * `disconnected` has lost its scheduler (it may come back within its failover timeout),
 * `recovered` is known from agents only, after the master changed, and `completed` is over.
 */
export type FrameworkStatus = 'active' | 'inactive' | 'disconnected' | 'recovered' | 'completed';

/** An offer that lies with a framework. */
export interface OfferView {
  readonly id: string;
  readonly agentId: string;
  readonly agentHostname: string;
  readonly role: string;
  readonly resources: Resources;
}

/** A custom executor of a framework; command tasks bring theirs along unseen. */
export interface ExecutorView {
  readonly id: string;
  readonly name: string;
  readonly agentId: string;
  readonly agentHostname: string;
  readonly resources: Resources;
}

/** A framework as the console shows it. */
export interface FrameworkView {
  readonly id: string;
  readonly name: string;
  readonly status: FrameworkStatus;
  readonly user: string;
  readonly hostname: string;
  readonly principal: string;
  readonly roles: readonly string[];
  readonly capabilities: readonly string[];
  readonly checkpoint: boolean;
  readonly failoverTimeoutMs: number;
  /** The framework's own page, only if it is an ordinary web address. */
  readonly webLink: string | undefined;
  readonly registeredMs: number;
  /** When it ended; undefined while it has not. */
  readonly endedMs: number | undefined;
  readonly use: ResourceUse;
  readonly activeTasks: readonly TaskView[];
  readonly completedTasks: readonly TaskView[];
  readonly executors: readonly ExecutorView[];
  readonly offers: readonly OfferView[];
}

/** Reads a framework entry of `/state`; `completed` says which of its two lists it stood in. */
export function parseFramework(
  framework: JsonObject,
  completed: boolean,
  agentHostname: (agentId: string) => string,
): FrameworkView {
  const name = textOf(framework, 'name') || '(unnamed)';
  const tasksIn = (list: string, isOver: boolean) =>
    objectsOf(framework, list).map((task) => parseTask(task, { frameworkName: name, agentHostname, isOver }));
  const tasks = [
    ...tasksIn('tasks', completed),
    ...tasksIn('unreachable_tasks', completed),
    ...tasksIn('completed_tasks', true),
  ];
  const endedMs = numberOf(framework, 'unregistered_time') * 1000;
  return {
    id: textOf(framework, 'id'),
    name,
    status: completed ? 'completed' : statusOf(framework),
    user: textOf(framework, 'user'),
    hostname: textOf(framework, 'hostname'),
    principal: textOf(framework, 'principal'),
    roles: rolesOf(framework),
    capabilities: textsOf(framework, 'capabilities'),
    checkpoint: flagOf(framework, 'checkpoint'),
    failoverTimeoutMs: numberOf(framework, 'failover_timeout') * 1000,
    webLink: safeLink(textOf(framework, 'webui_url')),
    registeredMs: numberOf(framework, 'registered_time') * 1000,
    endedMs: completed && endedMs > 0 ? endedMs : undefined,
    use: parseUse(framework),
    activeTasks: tasks.filter((task) => !task.isOver).sort(newestFirst),
    completedTasks: tasks.filter((task) => task.isOver).sort(latestEndFirst),
    executors: objectsOf(framework, 'executors').map((executor) => parseExecutor(executor, agentHostname)),
    offers: objectsOf(framework, 'offers').map((offer) => parseOffer(offer, agentHostname)),
  };
}

function statusOf(framework: JsonObject): FrameworkStatus {
  if (flagOf(framework, 'recovered')) return 'recovered';
  if (framework.connected === false) return 'disconnected';
  return flagOf(framework, 'active') ? 'active' : 'inactive';
}

/** Frameworks of one role only say `role`, those that know of many say `roles`. */
function rolesOf(framework: JsonObject): readonly string[] {
  const roles = textsOf(framework, 'roles');
  if (roles.length > 0) return roles;
  const role = textOf(framework, 'role');
  return role === '' ? [] : [role];
}

function parseExecutor(executor: JsonObject, agentHostname: (agentId: string) => string): ExecutorView {
  const id = textOf(executor, 'executor_id');
  const agentId = textOf(executor, 'slave_id');
  return {
    id,
    name: textOf(executor, 'name') || id,
    agentId,
    agentHostname: agentHostname(agentId),
    resources: parseResources(executor.resources),
  };
}

function parseOffer(offer: JsonObject, agentHostname: (agentId: string) => string): OfferView {
  const agentId = textOf(offer, 'slave_id');
  return {
    id: textOf(offer, 'id'),
    agentId,
    agentHostname: agentHostname(agentId),
    role: textOf(objectOf(offer, 'allocation_info'), 'role'),
    resources: parseResources(offer.resources),
  };
}
