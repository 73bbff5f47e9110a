import type { AgentTaskReport, MasterInput } from '../master/messages.ts';
import type { AgentDescription } from '../master/model.ts';
import { isTerminal } from '../task-states.ts';
import type { AgentCore } from './agent-core.ts';
import type { AgentFrameworkRecord, ExecutorRecord } from './model.ts';

type Reregistration = Extract<MasterInput, { kind: 'agent-reregistered' }>;

/** What an agent tells a master that it was not registered with, or not any more: who it is, and what lives on it. */
export function reregistrationOf(core: AgentCore, agent: AgentDescription): Reregistration {
  const frameworks = [...core.frameworks.values()].filter((framework) => lives(core, framework));
  const tasks = frameworks.flatMap(({ executors, completedExecutors }) =>
    [...completedExecutors, ...executors.values()].flatMap((executor) => taskReport(core, executor)),
  );
  return {
    kind: 'agent-reregistered',
    agentId: core.identity.agentId,
    agent,
    frameworks: frameworks.map(({ id, info }) => ({ frameworkId: id, info })),
    executors: frameworks.flatMap(({ executors }) => [...executors.values()].flatMap(executorReport)),
    tasks,
  };
}

function lives(core: AgentCore, { isOver, executors, completedExecutors }: AgentFrameworkRecord): boolean {
  if (isOver) return false;
  return executors.size > 0 || completedExecutors.some((executor) => taskReport(core, executor).length > 0);
}

/** Ended tasks are reported as long as their framework has not acknowledged the end. */
function taskReport(core: AgentCore, { frameworkId, role, tasks }: ExecutorRecord): AgentTaskReport[] {
  return [...tasks.values()].flatMap(({ id, info, state, statuses }) => {
    const pending = core.pendingUpdateOf(frameworkId, id);
    if (isTerminal(state) && pending === undefined) return [];
    return [{ frameworkId, role, info, state, lastStatus: pending ?? statuses.at(-1) }];
  });
}

/** The master books what executors of a framework's own take; those of command tasks take nothing there. */
function executorReport({ frameworkId, role, info }: ExecutorRecord): Reregistration['executors'][number][] {
  return info === undefined ? [] : [{ frameworkId, role, info }];
}
