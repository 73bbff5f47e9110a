import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { mesos } from '@spark-mesos/mesos-proto';
import type { ContainerLaunch } from './model.ts';
import { imageOf } from './task-status.ts';

/** Where a container of Docker finds its sandbox. */
const SANDBOX_IN_CONTAINER = '/mnt/mesos/sandbox';
const CPU_SHARES_PER_CPU = 1024;
const MIN_CPU_SHARES = 2;

const { Network } = mesos.v1.ContainerInfo.DockerInfo;
const { RO } = mesos.v1.Volume.Mode;

/** How Docker is to call the container of a launch. */
export function dockerName({ containerId }: Pick<ContainerLaunch, 'containerId'>): string {
  return `mesos-${containerId}`;
}

function networkOf(container: mesos.v1.IContainerInfo): string {
  const docker = container.docker?.network;
  if (docker === Network.BRIDGE) return 'bridge';
  if (docker === Network.NONE) return 'none';
  if (docker === Network.USER) return container.networkInfos?.[0]?.name ?? 'bridge';
  return 'host';
}

function volumeOf(volume: mesos.v1.IVolume, directory: string): string {
  const host = volume.hostPath;
  const suffix = volume.mode === RO ? ':ro' : ':rw';
  if (!host) return `${volume.containerPath}`;
  return `${isAbsolute(host) ? host : join(directory, host)}:${volume.containerPath}${suffix}`;
}

/**
 * What `docker` is started with: never through a shell, so that no value can become a part of a command.
 * The environment goes in with `--env NAME` alone: the values are those of the `docker` process.
 */
export function dockerArguments(launch: ContainerLaunch): string[] {
  const { container, command, directory, environment, cpus, memMiB } = launch;
  if (container === undefined) return [];
  const { docker } = container;
  const options = ['run', '--rm', '--name', dockerName(launch)];
  if (cpus > 0) {
    options.push('--cpu-shares', String(Math.max(MIN_CPU_SHARES, Math.round(cpus * CPU_SHARES_PER_CPU))));
  }
  if (memMiB > 0) options.push('--memory', `${Math.max(4, Math.round(memMiB))}m`);
  for (const name of Object.keys(environment)) if (name !== 'PATH') options.push('--env', name);
  options.push('--volume', `${directory}:${SANDBOX_IN_CONTAINER}`);
  for (const volume of container.volumes ?? []) options.push('--volume', volumeOf(volume, directory));
  options.push('--workdir', SANDBOX_IN_CONTAINER, '--net', networkOf(container));
  if (container.hostname) options.push('--hostname', container.hostname);
  for (const { hostPort, containerPort, protocol } of docker?.portMappings ?? []) {
    options.push('--publish', `${hostPort}:${containerPort}${protocol ? `/${protocol}` : ''}`);
  }
  if (docker?.privileged) options.push('--privileged');
  if (docker?.forcePullImage) options.push('--pull', 'always');
  for (const { key, value } of docker?.parameters ?? []) options.push(`--${key}=${value}`);
  const image = imageOf(container) ?? '';
  const isShell = command.shell ?? true;
  if (isShell && command.value) return [...options, '--entrypoint', '/bin/sh', image, '-c', command.value];
  if (isShell || !command.value) return [...options, image, ...(command.arguments ?? [])];
  const [, ...rest] = command.arguments ?? [];
  return [...options, '--entrypoint', command.value, image, ...rest];
}

/** What a container of Docker finds in its environment: its sandbox is somewhere else than outside. */
export function dockerEnvironment(
  environment: Readonly<Record<string, string>>,
  path: string,
): Record<string, string> {
  return {
    ...environment,
    PATH: path,
    MESOS_SANDBOX: SANDBOX_IN_CONTAINER,
    MESOS_DIRECTORY: SANDBOX_IN_CONTAINER,
  };
}

/** The program of this name on a search path; undefined when there is none. */
export async function findProgram(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
