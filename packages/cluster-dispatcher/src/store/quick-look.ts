import type { StoredState, StoredSubmission } from './records.ts';

/*
 * Whether values are as this version writes them. A dispatcher that starts with many thousands of drivers reads a value or two
 * of each, and the schemas, which say what is wrong with a value, take several times as long to find nothing.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Whether it is surely a submission; where it is not sure, the schema says. */
export function isSurelySubmission(value: unknown, version: number): value is StoredSubmission {
  if (!isObject(value) || value.version !== version) return false;
  const { id, sequence, submittedAtMs, priority, plan, request } = value;
  return (
    isName(id) &&
    isCount(sequence) &&
    isNumber(submittedAtMs) &&
    isNumber(priority) &&
    [value.owner, value.idempotencyKey, value.resubmissionOf].every(isTextOrNothing) &&
    isPlan(plan) &&
    isRequest(request)
  );
}

/** Whether it surely is how a submission stands, with nothing but attempts to tell; where it is not sure, the schema says. */
export function isSurelyState(value: unknown, version: number): value is StoredState {
  if (!isObject(value) || value.version !== version) return false;
  const { state, attempts, attemptCount, finalState, message, retry } = value;
  const { finishedAtMs, killRequestedAtMs, killGraceMs } = value;
  return (
    (state === 'running' || state === 'launching') &&
    [finalState, message, retry, finishedAtMs, killRequestedAtMs, killGraceMs].every(isNothing) &&
    isCount(attemptCount) &&
    Array.isArray(attempts) &&
    attempts.every(isAttempt)
  );
}

function isPlan(plan: unknown): boolean {
  if (!isObject(plan)) return false;
  const { resources, supervision } = plan;
  return (
    [plan.name, plan.mainClass, plan.queue, plan.constraints].every(isText) &&
    isNumberOrNothing(plan.killGraceMs) &&
    isObject(resources) &&
    [resources.cpus, resources.memMiB, resources.heapMiB, resources.diskMiB].every(isNumber) &&
    isObject(supervision) &&
    typeof supervision.supervise === 'boolean' &&
    isNumberOrNothing(supervision.maxRetries) &&
    [supervision.resetAfterMs, supervision.unreachableTimeoutMs].every(isNumber) &&
    Array.isArray(supervision.finalExitStatuses) &&
    supervision.finalExitStatuses.length === 0
  );
}

function isRequest(request: unknown): boolean {
  return (
    isObject(request) &&
    isText(request.appResource) &&
    isText(request.mainClass) &&
    Array.isArray(request.arguments) &&
    request.arguments.every(isText) &&
    hasTexts(request.properties) &&
    hasTexts(request.environment) &&
    isTextOrNothing(request.sparkHome) &&
    isTextOrNothing(request.sparkVersion)
  );
}

function isAttempt(attempt: unknown): boolean {
  if (!isObject(attempt)) return false;
  const { number, taskId, driverFrameworkId, agentId, hostname, launchedAtMs, confirmed } = attempt;
  const { taskState, message, reason, source, containerId } = attempt;
  const { startedAtMs, finishedAtMs, updatedAtMs, exitStatus } = attempt;
  return (
    isCount(number) &&
    number > 0 &&
    isName(taskId) &&
    [driverFrameworkId, agentId, hostname].every(isText) &&
    isNumber(launchedAtMs) &&
    (confirmed === undefined || typeof confirmed === 'boolean') &&
    [taskState, message, reason, source, containerId].every(isTextOrNothing) &&
    [startedAtMs, finishedAtMs, updatedAtMs, exitStatus].every(isNumberOrNothing)
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasTexts(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isText);
}

const isNothing = (value: unknown) => value === undefined;
const isText = (value: unknown): value is string => typeof value === 'string';
const isName = (value: unknown) => isText(value) && value !== '';
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isTextOrNothing = (value: unknown) => value === undefined || isText(value);
const isNumberOrNothing = (value: unknown) => value === undefined || isNumber(value);
