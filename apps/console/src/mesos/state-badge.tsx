import { StateShape } from '../shared/state-shape.tsx';
import type { AgentStatus } from './model/agent.ts';
import type { FrameworkStatus } from './model/framework.ts';
import { stateLabel, type TaskPhase } from './model/task.ts';

/** A task's state with its shape and colour. */
export function TaskState({ state, phase }: { state: string; phase: TaskPhase }) {
  return (
    <span class={`state ${phase}`} title={state}>
      <StateShape phase={phase} />
      {stateLabel(state)}
    </span>
  );
}

const FRAMEWORK_PHASES: Readonly<Record<FrameworkStatus, TaskPhase>> = {
  active: 'running',
  inactive: 'stopping',
  disconnected: 'lost',
  recovered: 'waiting',
  completed: 'finished',
};

/** A framework's status with its shape and colour. */
export function FrameworkState({ status }: { status: FrameworkStatus }) {
  const phase = FRAMEWORK_PHASES[status];
  return (
    <span class={`state ${phase}`}>
      <StateShape phase={phase} />
      {status}
    </span>
  );
}

const AGENT_PHASES: Readonly<Record<AgentStatus, TaskPhase>> = {
  active: 'running',
  draining: 'stopping',
  drained: 'killed',
  deactivated: 'killed',
  disconnected: 'lost',
  recovering: 'waiting',
};

/** An agent's status with its shape and colour. */
export function AgentState({ status }: { status: AgentStatus }) {
  const phase = AGENT_PHASES[status];
  return (
    <span class={`state ${phase}`}>
      <StateShape phase={phase} />
      {status}
    </span>
  );
}
