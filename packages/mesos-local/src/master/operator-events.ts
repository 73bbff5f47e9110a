import { mesos } from '@spark-mesos/mesos-proto';
import type { MasterState } from './master-state.ts';
import type { ClusterEvent } from './messages.ts';
import { agentMessage, frameworkNews, taskMessage } from './operator-messages.ts';

const { Type } = mesos.v1.master.Event;

/** What those who listen to the operator stream hear of something that has just happened. */
export function operatorEvents(state: MasterState, event: ClusterEvent): mesos.v1.master.IEvent[] {
  switch (event.kind) {
    case 'framework-subscribed':
      return frameworkEvents(state, event.frameworkId, event.again);
    case 'framework-updated':
    case 'framework-disconnected':
      return frameworkEvents(state, event.frameworkId, true);
    case 'framework-removed': {
      const framework = state.completedFrameworks.findLast(({ id }) => id === event.frameworkId);
      if (framework === undefined) return [];
      return [{ type: Type.FRAMEWORK_REMOVED, frameworkRemoved: { frameworkInfo: framework.info } }];
    }
    case 'agent-registered': {
      const agent = state.agents.get(event.agentId);
      if (agent === undefined) return [];
      return [{ type: Type.AGENT_ADDED, agentAdded: { agent: agentMessage(state, agent) } }];
    }
    case 'agent-removed':
      return [{ type: Type.AGENT_REMOVED, agentRemoved: { agentId: { value: event.agentId } } }];
    case 'task-launched': {
      const task = state.frameworks.get(event.frameworkId)?.tasks.get(event.taskId);
      return task === undefined ? [] : [{ type: Type.TASK_ADDED, taskAdded: { task: taskMessage(task) } }];
    }
    case 'task-updated':
      return taskEvents(state, event);
    default:
      return [];
  }
}

function frameworkEvents(
  state: MasterState,
  frameworkId: Extract<ClusterEvent, { kind: 'framework-subscribed' }>['frameworkId'],
  isKnown: boolean,
): mesos.v1.master.IEvent[] {
  const record = state.frameworks.get(frameworkId);
  if (record === undefined) return [];
  const framework = frameworkNews(record);
  return isKnown
    ? [{ type: Type.FRAMEWORK_UPDATED, frameworkUpdated: { framework } }]
    : [{ type: Type.FRAMEWORK_ADDED, frameworkAdded: { framework } }];
}

function taskEvents(
  state: MasterState,
  { frameworkId, taskId }: Extract<ClusterEvent, { kind: 'task-updated' }>,
): mesos.v1.master.IEvent[] {
  const framework = state.frameworks.get(frameworkId);
  const task = framework?.tasks.get(taskId) ?? framework?.unreachableTasks.get(taskId);
  if (task?.lastStatus === undefined) return [];
  return [
    {
      type: Type.TASK_UPDATED,
      taskUpdated: { frameworkId: { value: frameworkId }, status: task.lastStatus, state: task.state },
    },
  ];
}
