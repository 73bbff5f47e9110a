import { lstat, mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

/** A gateway that runs on this machine, as it makes itself known to `spark-mesos explain`. */
const gatewayShape = z.object({
  /** Where it answers HTTP. */
  httpUrl: z.url({ protocol: /^http$/ }),
  /** Its Mesos master. */
  master: z.string(),
  pid: z.int().positive(),
  startedAt: z.iso.datetime(),
});

/** A gateway that runs on this machine. */
export type RunningGateway = z.infer<typeof gatewayShape>;

/**
 * Where the gateways of this user stand: in the directory that the system clears at logout, else in one of the user's
 * own below the temporary one.
 */
export function gatewayDirectory(environment: NodeJS.ProcessEnv): string {
  const runtime = environment.XDG_RUNTIME_DIR;
  if (runtime !== undefined && path.isAbsolute(runtime)) return path.join(runtime, 'spark-mesos');
  return path.join(tmpdir(), `spark-mesos-${process.getuid?.() ?? 'user'}`);
}

/**
 * Makes a gateway known to this user's commands; answers with what takes it back. Where that is not possible, it runs
 * all the same and has to be named with `--gateway`.
 */
export async function publishGateway(
  directory: string,
  gateway: { readonly httpUrl: string; readonly master: string },
): Promise<() => Promise<void>> {
  const file = path.join(directory, `${process.pid}-${new URL(gateway.httpUrl).port}.json`);
  const written: RunningGateway = { ...gateway, pid: process.pid, startedAt: new Date().toISOString() };
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if (!(await isOwn(directory))) return async () => {};
    await writeFile(`${file}.new`, JSON.stringify(written), { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    return async () => {};
  }
  return () => unlink(file).catch(() => {});
}

/** The gateways of this user that run on this machine; clears away what killed ones have left. */
export async function runningGateways(directory: string): Promise<readonly RunningGateway[]> {
  if (!(await isOwn(directory))) return [];
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json'));
  const found = await Promise.all(names.map((name) => readGateway(path.join(directory, name))));
  return found.filter((gateway) => gateway !== undefined);
}

async function readGateway(file: string): Promise<RunningGateway | undefined> {
  try {
    const gateway = gatewayShape.parse(JSON.parse(await readFile(file, 'utf8')));
    if (isAlive(gateway.pid)) return gateway;
  } catch {
    // Not one of ours, or gone meanwhile.
    return undefined;
  }
  await unlink(file).catch(() => {});
  return undefined;
}

/** In a directory that all may write to, somebody else may have made ours: who believes it asks a stranger. */
async function isOwn(directory: string): Promise<boolean> {
  try {
    const status = await lstat(directory);
    const ours = process.getuid === undefined || status.uid === process.getuid();
    return status.isDirectory() && ours && (status.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
