import type { ContainerLaunch } from './model.ts';

const RUN = /^(.*(\/frameworks\/[^/]+\/executors\/[^/]+\/runs\/))[^/]+/;

/**
 * The names under which people find a sandbox, each with its folder: by its path, and as the newest run of its
 * executor, with or without the path before that.
 */
export function sandboxNames({ directory }: Pick<ContainerLaunch, 'directory'>): [string, string][] {
  const names: [string, string][] = [[directory, directory]];
  const [root, runs, virtualRuns] = RUN.exec(directory) ?? [];
  if (root !== undefined) names.push([`${runs}latest`, root], [`${virtualRuns}latest`, root]);
  return names;
}
