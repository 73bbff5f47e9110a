import { asObject, type JsonObject, numberOf, objectOf, objectsOf, textOf } from '../../shared/json.ts';
import { parseResources, type Resources } from './resources.ts';

/**
 * How a task is faring, in the words of a person:
 * `waiting` is on its way (staging, starting), `running` runs, `stopping` was asked to end;
 * `finished`, `failed` and `killed` have ended; `lost` is out of sight and may or may not come back.
 */
export type TaskPhase = 'waiting' | 'running' | 'stopping' | 'finished' | 'failed' | 'killed' | 'lost';

/** One status update of a task, as `/state` keeps it. */
export interface TaskStatusView {
  readonly state: string;
  readonly phase: TaskPhase;
  readonly timeMs: number;
  readonly message: string;
  readonly reason: string;
  readonly healthy: boolean | undefined;
}

/** A name with a value: task labels and agent attributes. */
export interface LabelView {
  readonly key: string;
  readonly value: string;
}

/** A task as the console shows it. */
export interface TaskView {
  /** Task ids are unique within their framework only, so rows are told apart by both. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly frameworkId: string;
  readonly frameworkName: string;
  readonly agentId: string;
  readonly agentHostname: string;
  /** The executor whose sandbox the task lives in; a command task's executor carries the task's id. */
  readonly executorId: string;
  readonly role: string;
  readonly state: string;
  readonly phase: TaskPhase;
  readonly resources: Resources;
  /** When it first ran, or else its first sign of life. */
  readonly startedMs: number | undefined;
  /** It has ended, or its framework has. */
  readonly isOver: boolean;
  /** When it ended, as far as that is known. */
  readonly endedMs: number | undefined;
  readonly statuses: readonly TaskStatusView[];
  readonly labels: readonly LabelView[];
  readonly image: string;
  readonly user: string;
}

/** What a task entry itself does not say. */
export interface TaskContext {
  /** It stood among the completed, so whatever its last known state was, it is over. */
  readonly isOver: boolean;
  readonly frameworkName: string;
  readonly agentHostname: (agentId: string) => string;
}

const PHASES: ReadonlyMap<string, TaskPhase> = new Map([
  ['TASK_STAGING', 'waiting'],
  ['TASK_STARTING', 'waiting'],
  ['TASK_RUNNING', 'running'],
  ['TASK_KILLING', 'stopping'],
  ['TASK_FINISHED', 'finished'],
  ['TASK_FAILED', 'failed'],
  ['TASK_ERROR', 'failed'],
  ['TASK_DROPPED', 'failed'],
  ['TASK_KILLED', 'killed'],
  ['TASK_LOST', 'lost'],
  ['TASK_UNREACHABLE', 'lost'],
  ['TASK_GONE', 'lost'],
  ['TASK_GONE_BY_OPERATOR', 'lost'],
  ['TASK_UNKNOWN', 'lost'],
] as const);

const ENDED: ReadonlySet<string> = new Set([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_ERROR',
  'TASK_DROPPED',
  'TASK_KILLED',
  'TASK_LOST',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
]);

/** The phase that a Mesos task state stands for; a state that we do not know counts as out of sight. */
export function taskPhase(state: string): TaskPhase {
  return PHASES.get(state) ?? 'lost';
}

/** A state without its prefix and in small letters: `TASK_GONE_BY_OPERATOR` reads `gone by operator`. */
export function stateLabel(state: string): string {
  return (
    state
      .replace(/^TASK_/, '')
      .replaceAll('_', ' ')
      .toLowerCase() || 'unknown'
  );
}

/** Reads a task entry of `/state`. */
export function parseTask(task: JsonObject, context: TaskContext): TaskView {
  const id = textOf(task, 'id');
  const frameworkId = textOf(task, 'framework_id');
  const agentId = textOf(task, 'slave_id');
  const state = textOf(task, 'state');
  const statuses = objectsOf(task, 'statuses').map(parseStatus);
  const container = objectOf(task, 'container');
  const isOver = context.isOver || ENDED.has(state);
  return {
    key: `${frameworkId}/${id}`,
    id,
    name: textOf(task, 'name') || id,
    frameworkId,
    frameworkName: context.frameworkName,
    agentId,
    agentHostname: context.agentHostname(agentId),
    executorId: textOf(task, 'executor_id') || id,
    role: textOf(task, 'role'),
    state,
    phase: taskPhase(state),
    resources: parseResources(task.resources),
    startedMs: startOf(statuses),
    isOver,
    endedMs: isOver ? statuses.at(-1)?.timeMs : undefined,
    statuses,
    labels: parseLabels(task.labels),
    image: imageOf(container),
    user: textOf(task, 'user'),
  };
}

/** Whether there is a sandbox to be looked at: a task that no executor has answered for yet has none. */
export function hasSandbox(task: TaskView): boolean {
  return task.statuses.some((status) => status.phase !== 'lost');
}

/** Reads labels in either form that Mesos has for them: a list, or an object around one. */
export function parseLabels(value: unknown): readonly LabelView[] {
  const holder = Array.isArray(value) ? { labels: value } : asObject(value);
  return objectsOf(holder, 'labels').map((label) => ({
    key: textOf(label, 'key'),
    value: textOf(label, 'value'),
  }));
}

/** Newest first; tasks that have shown no sign of life yet are the newest of all. */
export function newestFirst(left: TaskView, right: TaskView): number {
  return (
    (right.startedMs ?? Number.POSITIVE_INFINITY) - (left.startedMs ?? Number.POSITIVE_INFINITY) ||
    right.key.localeCompare(left.key, undefined, { numeric: true })
  );
}

/** The last to end first; of those whose end is not known, the last to start. */
export function latestEndFirst(left: TaskView, right: TaskView): number {
  return (right.endedMs ?? 0) - (left.endedMs ?? 0) || newestFirst(left, right);
}

function parseStatus(status: JsonObject): TaskStatusView {
  const state = textOf(status, 'state');
  return {
    state,
    phase: taskPhase(state),
    timeMs: numberOf(status, 'timestamp') * 1000,
    message: textOf(status, 'message'),
    reason: textOf(status, 'reason'),
    healthy: typeof status.healthy === 'boolean' ? status.healthy : undefined,
  };
}

function startOf(statuses: readonly TaskStatusView[]): number | undefined {
  const running = statuses.find((status) => status.state === 'TASK_RUNNING');
  return (running ?? statuses[0])?.timeMs;
}

function imageOf(container: JsonObject): string {
  const docker = textOf(objectOf(container, 'docker'), 'image');
  const image = objectOf(objectOf(container, 'mesos'), 'image');
  return docker || textOf(objectOf(image, 'docker'), 'name') || textOf(objectOf(image, 'appc'), 'name');
}
