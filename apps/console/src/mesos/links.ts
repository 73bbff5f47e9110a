import { formatHash } from '../shared/hash-route.ts';
import type { SandboxTarget } from './sandbox/agent-directory.ts';

/** The page of one framework. */
export function frameworkLink(frameworkId: string): string {
  return formatHash(['frameworks', frameworkId]);
}

/** The page of one agent. */
export function agentLink(agentId: string): string {
  return formatHash(['agents', agentId]);
}

/** The page of one task; its id is unique within its framework only. */
export function taskLink(task: { readonly frameworkId: string; readonly id: string }): string {
  return formatHash(['tasks', task.frameworkId, task.id]);
}

/** The sandbox of an executor, or of a task inside one. */
export function sandboxLink(
  target: SandboxTarget,
  parameters: Readonly<Record<string, string>> = {},
): string {
  const { agentId, frameworkId, executorId, taskId } = target;
  const path = ['sandbox', agentId, frameworkId, executorId];
  return formatHash(taskId === '' || taskId === executorId ? path : [...path, taskId], parameters);
}

/** What an agent answers, asked by way of the master: a browser may not read other servers' answers. */
export function agentPath(
  agentId: string,
  path: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const queryText = new URLSearchParams(query).toString();
  return `agent/${encodeURIComponent(agentId)}/${path}${queryText === '' ? '' : `?${queryText}`}`;
}
