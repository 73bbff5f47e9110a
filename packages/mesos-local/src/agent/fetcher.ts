import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, copyFile, mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { mesos } from '@spark-mesos/mesos-proto';
import type { FetchCache } from './fetch-cache.ts';

/** A fetch with where it goes and whom to tell. */
export interface FetchJob {
  readonly uris: readonly mesos.v1.CommandInfo.IURI[];
  readonly directory: string;
  readonly signal: AbortSignal;
  /** One line for the sandbox's stderr. */
  readonly log: (line: string) => void;
  /** Told of every helper process, so that none is left behind. */
  readonly watch: (helper: ChildProcess) => void;
  /** Files that tasks share. */
  readonly cache?: FetchCache;
}

const TAR_ENDINGS = ['.tar', '.tgz', '.tar.gz', '.tbz2', '.tar.bz2', '.txz', '.tar.xz'];

/** Brings every URI into the sandbox; throws on the first that cannot be had. */
export async function fetchAll(job: FetchJob): Promise<void> {
  for (const uri of job.uris) {
    job.signal.throwIfAborted();
    job.log(`Fetching URI '${uri.value}'`);
    try {
      const path = await fetchOne(job, uri);
      job.log(`Fetched '${uri.value}' to '${path}'`);
    } catch (error) {
      job.log(`Failed to fetch '${uri.value}': ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  }
}

async function fetchOne(job: FetchJob, uri: mesos.v1.CommandInfo.IURI): Promise<string> {
  const path = targetPath(job.directory, uri);
  await mkdir(dirname(path), { recursive: true });
  if (uri.cache && job.cache !== undefined) {
    await job.cache.use(
      uri.value,
      (cached) => bring(uri.value, cached, job.signal),
      (cached) => copyFile(cached, path),
    );
  } else {
    await bring(uri.value, path, job.signal);
  }
  if (uri.executable) await chmod(path, 0o755);
  else if (uri.extract ?? true) await extract(job, path);
  return path;
}

/** Where a URI goes: its last part, or the file that the task names, never out of the sandbox. */
function targetPath(directory: string, uri: mesos.v1.CommandInfo.IURI): string {
  const name = uri.outputFile || nameOf(uri.value);
  const path = normalize(join(directory, name));
  if (isAbsolute(name) || !path.startsWith(directory + sep)) {
    throw new Error(`'${name}' is not inside the sandbox`);
  }
  return path;
}

function nameOf(uri: string): string {
  const scheme = uri.indexOf('://');
  const path = scheme > 1 ? uri.slice(scheme + 3) : uri;
  const name = scheme > 1 ? path.slice(path.lastIndexOf('/') + 1) : basename(path);
  if (name === '' || (scheme > 1 && !path.includes('/'))) throw new Error('Malformed URI (missing path)');
  return name;
}

async function bring(uri: string, path: string, signal: AbortSignal): Promise<void> {
  if (/^https?:\/\//i.test(uri)) return download(uri, path, signal);
  const local = uri.startsWith('file://') ? fileURLToPath(uri) : uri;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(local)) {
    throw new Error('NOT_SUPPORTED: this agent fetches from http, https and local files');
  }
  if (!isAbsolute(local)) throw new Error('a relative path needs a frameworks home, and this agent has none');
  if ((await stat(local)).isDirectory()) throw new Error(`'${local}' is a directory`);
  await copyFile(local, path);
  await chmod(path, (await stat(local)).mode & 0o777);
}

async function download(uri: string, path: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(uri, { signal });
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(path), { signal });
}

/** Unpacks what its name says is an archive, into the sandbox, and leaves the archive there too. */
async function extract(job: FetchJob, path: string): Promise<void> {
  if (TAR_ENDINGS.some((ending) => path.endsWith(ending))) {
    return run(job, 'tar', ['-C', job.directory, '-xf', path]);
  }
  if (path.endsWith('.zip')) return run(job, 'unzip', ['-o', '-q', '-d', job.directory, path]);
  if (extname(path) === '.gz') {
    const script = 'gunzip -d -c < "$1" > "$2"';
    return run(job, '/bin/sh', ['-c', script, 'gunzip', path, path.slice(0, -'.gz'.length)]);
  }
}

async function run(job: FetchJob, program: string, args: readonly string[]): Promise<void> {
  const helper = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  job.watch(helper);
  const said: Buffer[] = [];
  helper.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  const [status] = (await once(helper, 'close')) as [number | null];
  if (status === 0) return;
  throw new Error(`${program} failed: ${Buffer.concat(said).toString('utf8').trim() || `status ${status}`}`);
}
