import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A Spark and a Java that are none: an executor that they start does nothing, until it is ended. */
export async function pretendedSpark(): Promise<{ readonly sparkHome: string; readonly javaHome: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pretended-spark-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const java = path.join(folder, 'java', 'bin', 'java');
  await mkdir(path.dirname(java), { recursive: true });
  await mkdir(path.join(folder, 'spark', 'jars'), { recursive: true });
  await writeFile(java, '#!/bin/sh\nexec sleep 600\n');
  await chmod(java, 0o755);
  return { sparkHome: path.join(folder, 'spark'), javaHome: path.join(folder, 'java') };
}
