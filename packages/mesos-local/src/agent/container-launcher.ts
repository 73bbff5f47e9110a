import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { chown, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ContainerId } from '../ids.ts';
import type { LocalMesosLogger } from '../logger.ts';
import type { Reaper } from '../reaper/reaper.ts';
import { killQuietly, SessionSweeper } from '../reaper/session-sweeper.ts';
import { dockerArguments, dockerEnvironment, dockerName, findProgram } from './docker.ts';
import type { FetchCache } from './fetch-cache.ts';
import { fetchAll } from './fetcher.ts';
import { findHostUser, type HostUser } from './host-user.ts';
import { MemoryWatch } from './memory-watch.ts';
import type { AgentInput } from './messages.ts';
import type { ContainerLaunch } from './model.ts';
import { imageOf } from './task-status.ts';

interface Container {
  readonly abort: AbortController;
  memLimitMiB: number | undefined;
  process: ChildProcess | undefined;
  /** How to remove it from Docker, when it runs there. */
  removal: Program | undefined;
}

/** A program with its arguments, as they are handed to the system. */
interface Program {
  readonly path: string;
  readonly argv0: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What a launcher needs. */
export interface ContainerLauncherOptions {
  readonly reaper: Reaper;
  /** Told what becomes of the containers. */
  readonly report: (input: AgentInput) => void;
  /** Files that tasks share. */
  readonly cache?: FetchCache;
  /** Where programs of this machine are looked for, such as `docker`. */
  readonly searchPath?: string;
  readonly logger: LocalMesosLogger;
}

/**
 * Runs commands as real processes: each in a sandbox, in a session and process group of its own, with its
 * standard output and error in files, and with nothing but the environment that it is given.
 */
export class ContainerLauncher {
  readonly #options: ContainerLauncherOptions;
  readonly #containers = new Map<ContainerId, Container>();
  readonly #sweeper = new SessionSweeper();
  readonly #memory = new MemoryWatch();
  readonly #launches = new Set<Promise<void>>();

  constructor(options: ContainerLauncherOptions) {
    this.#options = options;
  }

  /** Starts to prepare and then to run; what happens is reported. */
  launch(launch: ContainerLaunch): void {
    const { memLimitMiB } = launch;
    const abort = new AbortController();
    const container: Container = { abort, memLimitMiB, process: undefined, removal: undefined };
    this.#containers.set(launch.containerId, container);
    const work = this.#launch(launch, container).catch((error: unknown) => {
      this.#containers.delete(launch.containerId);
      const problem = error instanceof Error ? error.message : String(error);
      this.#options.report({ kind: 'container-failed', containerId: launch.containerId, problem });
    });
    this.#launches.add(work);
    void work.finally(() => this.#launches.delete(work));
  }

  signal(containerId: ContainerId, signal: 'SIGTERM' | 'SIGKILL'): void {
    const container = this.#containers.get(containerId);
    container?.abort.abort(new Error('the task was killed'));
    const pid = container?.process?.pid;
    if (pid === undefined) return;
    killQuietly(-pid, signal);
    if (signal === 'SIGKILL') this.#sweeper.add(pid);
  }

  /** It may hold so much memory from now on. */
  raiseMemoryLimit(containerId: ContainerId, memLimitMiB: number): void {
    const container = this.#containers.get(containerId);
    if (container === undefined) return;
    const pid = container.process?.pid;
    if (pid === undefined) container.memLimitMiB = Math.max(container.memLimitMiB ?? 0, memLimitMiB);
    else this.#memory.raise(pid, memLimitMiB);
  }

  /** Kills everything and waits until it is gone. */
  async close(): Promise<void> {
    for (const container of this.#containers.values()) {
      container.abort.abort(new Error('the agent is closing'));
    }
    await Promise.all(this.#launches);
    const ends = [...this.#containers.entries()].map(([containerId, { process: child }]) => {
      const ended = child === undefined ? undefined : once(child, 'exit');
      this.signal(containerId, 'SIGKILL');
      return ended;
    });
    await Promise.all(ends);
    await Promise.all(this.#launches);
    await this.#sweeper.settled();
  }

  async #launch(launch: ContainerLaunch, container: Container): Promise<void> {
    const { directory, command } = launch;
    await mkdir(directory, { recursive: true });
    if (!launch.isNested) await pointLatest(directory);
    const user = await findHostUser(launch.user);
    if (user === 'unknown') throw new Error(`this machine has no user '${launch.user}'`);
    const uris = command.uris ?? [];
    if (uris.length > 0) await this.#fetch(launch, container);
    const program = await this.#programOf(launch, container);
    const outputs = await openOutputs(directory, user);
    if (container.abort.signal.aborted) {
      closeSync(outputs.stdout);
      closeSync(outputs.stderr);
    }
    container.abort.signal.throwIfAborted();
    this.#run(launch, container, { program, user, outputs });
  }

  async #fetch(launch: ContainerLaunch, container: Container): Promise<void> {
    const { directory } = launch;
    try {
      await fetchAll({
        uris: launch.command.uris ?? [],
        directory,
        signal: container.abort.signal,
        log: (line) => appendFileSync(join(directory, 'stderr'), `${line}\n`),
        watch: (helper) => this.#watchHelper(helper),
        ...(this.#options.cache !== undefined && { cache: this.#options.cache }),
      });
    } catch (cause) {
      const message = `Failed to fetch all URIs for container '${launch.containerId}': exited with status 1`;
      throw new Error(message, { cause });
    }
  }

  #watchHelper(helper: ChildProcess): void {
    const { pid } = helper;
    if (pid === undefined) return;
    this.#options.reaper.add(pid);
    helper.once('exit', () => this.#options.reaper.remove(pid));
  }

  /** What is to be started: the command itself, or `docker` for one that wants an image. */
  async #programOf(launch: ContainerLaunch, container: Container): Promise<Program> {
    const { command, environment } = launch;
    const image = imageOf(launch.container);
    if (image === undefined) {
      const isShell = command.shell ?? true;
      const path = isShell ? '/bin/sh' : (command.value ?? '');
      const [argv0 = path, ...args] = isShell ? ['sh', '-c', command.value ?? ''] : (command.arguments ?? []);
      return { path, argv0, args, environment };
    }
    const searchPath = this.#options.searchPath ?? process.env.PATH ?? '';
    const path = await findProgram('docker', searchPath);
    if (path === undefined) {
      throw new Error(
        `the image '${image}' needs Docker, and there is no 'docker' on the PATH of this agent`,
      );
    }
    const inside = dockerEnvironment(environment, searchPath);
    container.removal = {
      path,
      argv0: 'docker',
      args: ['rm', '--force', dockerName(launch)],
      environment: { PATH: searchPath },
    };
    return { path, argv0: 'docker', args: dockerArguments(launch), environment: inside };
  }

  #run(launch: ContainerLaunch, container: Container, start: Start): void {
    const { containerId, directory } = launch;
    const { memLimitMiB } = container;
    const { program, user, outputs } = start;
    const isDocker = container.removal !== undefined;
    let child: ChildProcess;
    try {
      child = spawn(program.path, program.args, {
        argv0: program.argv0,
        cwd: directory,
        env: { ...program.environment },
        detached: true,
        stdio: ['ignore', outputs.stdout, outputs.stderr],
        ...(user !== undefined && !isDocker && { uid: user.uid, gid: user.gid }),
      });
    } finally {
      closeSync(outputs.stdout);
      closeSync(outputs.stderr);
    }
    if (child.pid === undefined) {
      child.once('error', (error) => this.#notStarted(launch, program.path, error));
      return;
    }
    const { pid } = child;
    this.#options.reaper.add(pid);
    container.process = child;
    child.once('exit', (status, signal) => this.#exited(containerId, container, pid, status, signal));
    if (memLimitMiB !== undefined && !isDocker) {
      this.#memory.add(pid, memLimitMiB, (usedMiB) =>
        this.#options.report({ kind: 'memory-exceeded', containerId, usedMiB }),
      );
    }
    this.#options.report({ kind: 'container-started', containerId, pid });
  }

  /** Docker's own process was killed: what it had started has to be told. */
  #remove({ path, argv0, args, environment }: Program): void {
    const helper = spawn(path, args, { argv0, env: { ...environment }, stdio: 'ignore', detached: true });
    const gone = Promise.race([once(helper, 'exit'), once(helper, 'error')]).then(
      () => {},
      () => {},
    );
    this.#watchHelper(helper);
    this.#launches.add(gone);
    void gone.finally(() => this.#launches.delete(gone));
  }

  /** As under Mesos: the executor runs, cannot start the command, says so in stderr, and ends with status 1. */
  #notStarted({ containerId, directory }: ContainerLaunch, program: string, error: Error): void {
    this.#containers.delete(containerId);
    appendFileSync(join(directory, 'stderr'), `Failed to execute '${program}': ${error.message}\n`);
    this.#options.report({ kind: 'container-started', containerId, pid: process.pid });
    const end = { exitStatus: 1, signal: undefined };
    this.#options.report({ kind: 'container-ended', containerId, end });
  }

  #exited(
    containerId: ContainerId,
    container: Container,
    pid: number,
    status: number | null,
    signal: string | null,
  ): void {
    this.#containers.delete(containerId);
    this.#memory.remove(pid);
    if (container.removal !== undefined && signal !== null) this.#remove(container.removal);
    // The container ends with its command: what that has left behind goes too.
    killQuietly(-pid, 'SIGKILL');
    this.#sweeper.add(pid);
    this.#options.reaper.remove(pid);
    const end = { exitStatus: status ?? undefined, signal: signal ?? undefined };
    this.#options.report({ kind: 'container-ended', containerId, end });
  }
}

/** How a container is started. */
interface Start {
  readonly program: Program;
  readonly user: HostUser | undefined;
  readonly outputs: Outputs;
}

/** The files that a task's output goes to; whatever else is in them stays. */
interface Outputs {
  readonly stdout: number;
  readonly stderr: number;
}

async function openOutputs(directory: string, user: HostUser | undefined): Promise<Outputs> {
  const outputs = {
    stdout: openSync(join(directory, 'stdout'), 'a', 0o644),
    stderr: openSync(join(directory, 'stderr'), 'a', 0o644),
  };
  if (user === undefined) return outputs;
  await chown(directory, user.uid, user.gid);
  for (const entry of await readdir(directory, { recursive: true })) {
    await chown(join(directory, entry), user.uid, user.gid);
  }
  return outputs;
}

/** `runs/latest` leads to the newest run of an executor. */
async function pointLatest(directory: string): Promise<void> {
  const latest = join(dirname(directory), 'latest');
  await rm(latest, { force: true });
  await symlink(directory, latest);
}
