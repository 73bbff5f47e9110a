import type { HashRoute } from '../shared/hash-route.ts';

/**
 * What this page shows at an address of Mesos's own page, to which others link: the sandbox of an executor is
 * `#/agents/A/frameworks/F/executors/E/browse` there. Where in the sandbox one is, is said in another way here, and left out.
 */
export function routeShown(route: HashRoute): HashRoute {
  const [agents, agentId, frameworks, frameworkId, executors, executorId] = route.path;
  const isExecutor = agents === 'agents' && frameworks === 'frameworks' && executors === 'executors';
  if (!isExecutor || agentId === undefined || frameworkId === undefined || !executorId) return route;
  return { path: ['sandbox', agentId, frameworkId, executorId], parameters: new Map() };
}
