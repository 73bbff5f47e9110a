import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, ExecutorId, FrameworkId, OfferId, TaskId } from '../ids.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { addExecutor, findExecutor } from './executors.ts';
import type { MasterState } from './master-state.ts';
import { executorIdOf } from './messages.ts';
import type { AgentRecord, ExecutorOnAgent, FrameworkRecord, OfferRecord, TaskRecord } from './model.ts';
import { discardOffer, forgetOffer, refuseMsOf } from './offers.ts';
import { offersProblem } from './offers-validation.ts';
import { applyOperation, dropOperation } from './operations.ts';
import { groupProblem } from './task-group-validation.ts';
import { resourceProblem, type TaskContext, taskProblem } from './task-validation.ts';
import { lostStateFor, masterStatus, sendStatus } from './tasks.ts';

const { Type: OperationType } = mesos.v1.Offer.Operation;
const { TaskState } = mesos.v1;
const { Reason } = mesos.v1.TaskStatus;

/** What an operation launches; none for the other kinds. */
function tasksOf(operation: mesos.v1.Offer.IOperation): mesos.v1.ITaskInfo[] {
  if (operation.type === OperationType.LAUNCH) return operation.launch?.taskInfos ?? [];
  if (operation.type === OperationType.LAUNCH_GROUP) return operation.launchGroup?.taskGroup?.tasks ?? [];
  return [];
}

function isLaunch(operation: mesos.v1.Offer.IOperation): boolean {
  return operation.type === OperationType.LAUNCH || operation.type === OperationType.LAUNCH_GROUP;
}

/**
 * The ACCEPT call: launches what is valid on what was offered, says of every other task why not, and
 * declines the rest of the offers with the filters given.
 */
export function accept(
  state: MasterState,
  framework: FrameworkRecord,
  call: mesos.v1.scheduler.Call.IAccept,
): void {
  const offerIds = (call.offerIds ?? []).map((offerId) => offerId.value);
  const operations = call.operations ?? [];
  const problem = offersProblem(state, framework, offerIds);
  if (problem !== undefined) {
    for (const offerId of new Set(offerIds)) {
      const offer = framework.offers.get(offerId as OfferId);
      if (offer !== undefined) discardOffer(state, offer);
    }
    for (const operation of operations) refuseForOffers(state, framework, operation, problem);
    return;
  }
  const offers = offerIds.map((offerId) => state.offers.get(offerId as OfferId) as OfferRecord);
  const [{ agentId, role }] = offers as [OfferRecord, ...OfferRecord[]];
  const agent = state.agents.get(agentId) as AgentRecord;
  const valid = operations.filter((operation) => isOperationValid(state, framework, operation, role));
  for (const offer of offers) forgetOffer(state, offer);
  let remaining = offers.reduce((sum, offer) => sum.plus(offer.resources), ResourceSet.empty);
  let aside = ResourceSet.empty;
  const place = { framework, agent, role };
  for (const operation of valid) {
    if (!isLaunch(operation)) {
      const after = applyOperation(state, place, operation, remaining);
      remaining = after.available;
      aside = aside.plus(after.aside);
      continue;
    }
    if (operation.type === OperationType.LAUNCH_GROUP) {
      remaining = launchGroup(state, place, operation, remaining);
      continue;
    }
    for (const task of tasksOf(operation)) {
      remaining = launch(state, place, completeTaskInfo(task, place), remaining);
    }
  }
  const unused = remaining.plus(aside);
  if (unused.isEmpty) return;
  const refuseMs = refuseMsOf(call.filters);
  const rest = { frameworkId: framework.id, agentId, role, resources: unused };
  state.allocator.recover(rest, { refuseMs, nowMs: state.nowMs });
}

function refuseForOffers(
  state: MasterState,
  framework: FrameworkRecord,
  operation: mesos.v1.Offer.IOperation,
  problem: string,
): void {
  if (!isLaunch(operation)) {
    dropOperation(state, framework, operation, `Operation attempted with invalid offers: ${problem}`);
    return;
  }
  for (const task of tasksOf(operation)) {
    const status = masterStatus(state, task.taskId.value, {
      state: lostStateFor(framework, TaskState.TASK_DROPPED),
      message: `Task launched with invalid offers: ${problem}`,
      reason: Reason.REASON_INVALID_OFFERS,
      agentId: task.agentId,
    });
    sendStatus(state, framework, status);
  }
}

function refuseTasks(
  state: MasterState,
  framework: FrameworkRecord,
  operation: mesos.v1.Offer.IOperation,
  message: string,
): void {
  const isGroup = operation.type === OperationType.LAUNCH_GROUP;
  for (const task of tasksOf(operation)) {
    const status = masterStatus(state, task.taskId.value, {
      state: TaskState.TASK_ERROR,
      message,
      reason: isGroup ? Reason.REASON_TASK_GROUP_INVALID : Reason.REASON_TASK_INVALID,
      agentId: task.agentId,
    });
    sendStatus(state, framework, status);
  }
}

/** One malformed resource refuses the operation with all its tasks; later operations go on. */
function isOperationValid(
  state: MasterState,
  framework: FrameworkRecord,
  operation: mesos.v1.Offer.IOperation,
  role: string,
): boolean {
  // What else there is has its own checks, made when its turn comes.
  if (!isLaunch(operation)) return true;
  for (const task of tasksOf(operation)) {
    const resources = [...(task.resources ?? []), ...(task.executor?.resources ?? [])];
    for (const resource of allocatedTo(resources, role)) {
      const problem = resourceProblem(resource);
      if (problem === undefined) continue;
      refuseTasks(state, framework, operation, problem);
      return false;
    }
  }
  if (operation.id) {
    const name = OperationType[operation.type as number];
    refuseTasks(state, framework, operation, `The \`id\` field cannot be set on ${name} operations`);
    return false;
  }
  return true;
}

/** Frameworks may leave out for which role the resources are; the offers tell. */
function allocatedTo(
  resources: readonly mesos.v1.IResource[] | null | undefined,
  role: string,
): mesos.v1.IResource[] {
  return (resources ?? []).map((resource) =>
    resource.allocationInfo ? resource : { ...resource, allocationInfo: { role } },
  );
}

function completeExecutorInfo(
  info: mesos.v1.IExecutorInfo,
  { framework, role }: Pick<LaunchPlace, 'framework' | 'role'>,
): mesos.v1.IExecutorInfo {
  const frameworkId = info.frameworkId ?? { value: framework.id };
  const resources = info.resources?.length ? { resources: allocatedTo(info.resources, role) } : {};
  return { ...info, frameworkId, ...resources };
}

function completeTaskInfo(task: mesos.v1.ITaskInfo, place: LaunchPlace): mesos.v1.ITaskInfo {
  const resources = allocatedTo(task.resources, place.role);
  if (!task.executor) return { ...task, resources };
  return { ...task, resources, executor: completeExecutorInfo(task.executor, place) };
}

interface LaunchPlace {
  readonly framework: FrameworkRecord;
  readonly agent: AgentRecord;
  readonly role: string;
}

/** Launches one task, or says why not; returns what is left for the next. */
function launch(
  state: MasterState,
  { framework, agent, role }: LaunchPlace,
  info: mesos.v1.ITaskInfo,
  available: ResourceSet,
): ResourceSet {
  const existing = findExecutor(agent, framework.id, executorIdOf(info));
  const problem = taskProblem(info, taskContext({ framework, agent, role }, available, existing));
  if (problem !== undefined) {
    const status = masterStatus(state, info.taskId.value, {
      state: TaskState.TASK_ERROR,
      message: problem,
      reason: Reason.REASON_TASK_INVALID,
      agentId: info.agentId,
    });
    sendStatus(state, framework, status);
    return available;
  }
  let rest = available;
  if (info.executor && existing === undefined) {
    rest = rest.take(addExecutor(framework, agent, role, info.executor).resources);
  }
  rest = rest.take(addTask(state, { framework, agent, role }, info).resources);
  state.tell(agent.id, {
    kind: 'run-task',
    framework: framework.info,
    frameworkId: framework.id,
    role,
    task: info,
  });
  return rest;
}

/** What a task is checked against. */
function taskContext(
  { framework, agent }: LaunchPlace,
  available: ResourceSet,
  existing: ExecutorOnAgent | undefined,
): TaskContext {
  return {
    frameworkId: framework.id,
    agentId: agent.id,
    available,
    isTaskKnown: (taskId) => framework.tasks.has(taskId as TaskId),
    isTaskUnreachable: (taskId) => framework.unreachableTasks.has(taskId as TaskId),
    existingExecutor: existing?.info,
  };
}

/** Launches all tasks of a group, or none and says why; returns what is left for the next operation. */
function launchGroup(
  state: MasterState,
  place: LaunchPlace,
  operation: mesos.v1.Offer.IOperation,
  available: ResourceSet,
): ResourceSet {
  const { framework, agent, role } = place;
  if (!operation.launchGroup) return available;
  const executor = completeExecutorInfo(operation.launchGroup.executor, place);
  const tasks = tasksOf(operation).map((task) =>
    completeTaskInfo({ ...task, executor: task.executor ?? executor }, place),
  );
  const existing = findExecutor(agent, framework.id, executor.executorId.value as ExecutorId);
  const problem = groupProblem(tasks, executor, taskContext(place, available, existing));
  if (problem !== undefined) {
    refuseTasks(state, framework, operation, problem);
    return available;
  }
  let rest = available;
  if (existing === undefined) rest = rest.take(addExecutor(framework, agent, role, executor).resources);
  for (const task of tasks) rest = rest.take(addTask(state, place, task).resources);
  state.tell(agent.id, {
    kind: 'run-task-group',
    framework: framework.info,
    frameworkId: framework.id,
    role,
    executor,
    tasks,
  });
  return rest;
}

function addTask(
  state: MasterState,
  { framework, agent, role }: LaunchPlace,
  info: mesos.v1.ITaskInfo,
): TaskRecord {
  const task = newTask(info, framework.id, agent.id, role);
  framework.tasks.set(task.id, task);
  agent.tasks.add(task);
  state.report({ kind: 'task-launched', frameworkId: framework.id, taskId: task.id, agentId: agent.id });
  return task;
}

function newTask(
  info: mesos.v1.ITaskInfo,
  frameworkId: FrameworkId,
  agentId: AgentId,
  role: string,
): TaskRecord {
  return {
    id: info.taskId.value as TaskId,
    info,
    frameworkId,
    agentId,
    role,
    resources: ResourceSet.of(info.resources ?? []),
    state: TaskState.TASK_STAGING,
    charged: true,
    lastStatus: undefined,
    statuses: [],
  };
}
