import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import type { mesos } from '@spark-mesos/mesos-proto';
import { type VolumeLink, volumeLinks } from './volume-links.ts';

/** Makes the data of volumes be found in a sandbox; a path that leads out of it is passed over. */
export function linkVolumes(directory: string, links: readonly VolumeLink[]): void {
  for (const { source, containerPath } of links) {
    const path = normalize(containerPath);
    if (isAbsolute(path) || path === '.' || path.split('/').includes('..')) continue;
    const target = join(directory, path);
    mkdirSync(source, { recursive: true });
    mkdirSync(dirname(target), { recursive: true });
    try {
      symlinkSync(source, target);
    } catch (error) {
      // A task of the same executor has it already.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Volumes that an agent has now are there, and the data of those that it has no more are gone. */
export function settleVolumes(
  workDir: string,
  before: readonly mesos.v1.IResource[],
  after: readonly mesos.v1.IResource[],
): void {
  const kept = new Set(volumeLinks(workDir, after).map(({ source }) => source));
  for (const source of kept) mkdirSync(source, { recursive: true });
  for (const { source } of volumeLinks(workDir, before)) {
    if (!kept.has(source)) rmSync(source, { recursive: true, force: true });
  }
}
