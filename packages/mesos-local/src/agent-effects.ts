import { join } from 'node:path';
import type { mesos } from '@spark-mesos/mesos-proto';
import { Checker } from './agent/checker.ts';
import { ContainerLauncher } from './agent/container-launcher.ts';
import { FetchCache } from './agent/fetch-cache.ts';
import type { AgentEffect, AgentInput } from './agent/messages.ts';
import type { ContainerLaunch } from './agent/model.ts';
import { linkVolumes } from './agent/persistent-volumes.ts';
import { sandboxNames } from './agent/sandbox-names.ts';
import type { AttachedFiles } from './endpoints/attached-files.ts';
import type { EventStreams } from './http/event-streams.ts';
import type { LocalMesosLogger } from './logger.ts';
import type { Reaper } from './reaper/reaper.ts';

/** What the hands of an agent work with. */
export interface AgentEffectsOptions {
  readonly workDir: string;
  readonly fetchCacheBytes: number | undefined;
  readonly searchPath: string | undefined;
  readonly reaper: Reaper;
  /** The sandboxes, which people may look into. */
  readonly files: AttachedFiles;
  /** Where executors hear the agent. */
  readonly streams: EventStreams<mesos.v1.executor.IEvent>;
  /** Told what becomes of processes and checks. */
  readonly report: (input: AgentInput) => void;
  readonly logger: LocalMesosLogger;
}

/** What an agent wants told to the master. */
export type MasterEffect = Extract<
  AgentEffect,
  { readonly kind: 'update' | 'executor-exited' | 'executor-message' }
>;

/** Carries out on this machine what the steps of an agent ask for: processes, checks, volumes, streams. */
export class AgentEffects {
  readonly #options: AgentEffectsOptions;
  readonly #launcher: ContainerLauncher;
  readonly #checker: Checker;

  constructor(options: AgentEffectsOptions) {
    const { workDir, fetchCacheBytes, searchPath, reaper, report, logger } = options;
    this.#options = options;
    this.#launcher = new ContainerLauncher({
      reaper,
      report,
      cache: new FetchCache(join(workDir, 'fetch'), fetchCacheBytes),
      ...(searchPath !== undefined && { searchPath }),
      logger,
    });
    this.#checker = new Checker({
      reaper,
      report: (checkId, result) => report({ kind: 'check-done', checkId, result }),
    });
  }

  carryOut(effect: Exclude<AgentEffect, MasterEffect>): void {
    switch (effect.kind) {
      case 'launch':
        this.#launch(effect.launch);
        return;
      case 'link-volumes':
        this.#linkVolumes(effect);
        return;
      case 'raise-memory-limit':
        this.#launcher.raiseMemoryLimit(effect.containerId, effect.memLimitMiB);
        return;
      case 'signal':
        this.#launcher.signal(effect.containerId, effect.signal);
        return;
      case 'send-executor':
        this.#options.streams.send(effect.streamId, effect.event);
        return;
      case 'close-executor-stream':
        this.#options.streams.end(effect.streamId);
        return;
      case 'check':
        this.#checker.check(effect.order);
        return;
      case 'cancel-check':
        this.#checker.cancel(effect.checkId);
        return;
    }
  }

  /** Ends the checks; tasks go on. */
  async stopChecks(): Promise<void> {
    await this.#checker.close();
  }

  /** Kills what runs and waits until it is gone. */
  async close(): Promise<void> {
    await this.#checker.close();
    await this.#launcher.close();
  }

  #launch(launch: ContainerLaunch): void {
    const { directory } = launch;
    const { files, logger } = this.#options;
    for (const [name, folder] of sandboxNames(launch)) files.attach(folder, name);
    logger.debug({ directory }, 'launching container');
    this.#launcher.launch(launch);
  }

  #linkVolumes({ directory, links }: Extract<AgentEffect, { kind: 'link-volumes' }>): void {
    try {
      linkVolumes(directory, links);
    } catch (error) {
      this.#options.logger.warn({ error, directory }, 'a volume cannot be found in its sandbox');
    }
  }
}
