import { randomBytes } from 'node:crypto';
import {
  type Clock,
  EngineShell,
  type Logger,
  messageOf,
  type SchedulerPort,
  SYSTEM_CLOCK,
  silentLogger,
} from '@spark-mesos/scheduler-utils';
import { DEFAULT_FINE_SETTINGS } from '../settings.ts';
import { callOf } from '../shell/calls.ts';
import type { DispatchEffect, DispatchEvent, DispatchSettings } from './dispatch-events.ts';
import type { TaskScheduler } from './model.ts';
import { TaskDispatch } from './task-dispatch.ts';

/** What a {@link SchedulerBackend} is made of. */
export interface SchedulerBackendOptions {
  /** The framework's connection, not yet subscribed. The backend ends it. */
  readonly client: SchedulerPort;
  readonly scheduler: TaskScheduler;
  /** Those of fine mode where nothing is set. */
  readonly settings?: Partial<DispatchSettings>;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Random text before each task id; 16 hexadecimal digits if not given. */
  readonly taskIdPrefix?: string;
}

/** So many tasks a program should make of its work where it has no better reason (rule F41). */
const DEFAULT_PARALLELISM = 8;

/**
 * Fine mode for programs without Spark: offers in, tasks out. Each task of the program is a Mesos task with a command
 * of its own, and its resources go back as soon as it ends.
 */
export class SchedulerBackend {
  readonly defaultParallelism = DEFAULT_PARALLELISM;
  readonly #scheduler: TaskScheduler;
  readonly #shell: EngineShell<DispatchEvent, DispatchEffect>;
  #applicationId: string | undefined;

  constructor(options: SchedulerBackendOptions) {
    this.#scheduler = options.scheduler;
    this.#shell = new EngineShell<DispatchEvent, DispatchEffect>({
      client: options.client,
      clock: options.clock ?? SYSTEM_CLOCK,
      core: new TaskDispatch({
        settings: { ...DEFAULT_FINE_SETTINGS, ...options.settings },
        taskIdPrefix: options.taskIdPrefix ?? randomBytes(8).toString('hex'),
        resourceOffers: (offers) => options.scheduler.resourceOffers(offers),
        random: Math.random,
      }),
      logger: options.logger ?? silentLogger,
      callOf,
      tell: (effect, logger) => this.#tell(effect, logger),
    });
  }

  /** The id of the framework, once it is registered (rule F43). */
  get applicationId(): string | undefined {
    return this.#applicationId;
  }

  /** Subscribes. The program is shown offers once it has asked for them. */
  start(): void {
    this.#shell.start();
  }

  /** The program has tasks to place. Asked before the registration, it counts from there on (rule F40). */
  reviveOffers(): void {
    this.#shell.handle({ kind: 'reviveOffers' });
  }

  /** Kills a task; its end is told like any other (rule F36). */
  killTask(taskId: string): void {
    this.#shell.handle({ kind: 'killTask', taskId });
  }

  /** Gives tasks time to end by themselves, kills the rest, and tears the framework down (rule F42). */
  stop({ graceMs }: { readonly graceMs?: number } = {}): Promise<void> {
    return this.#shell.end({ kind: 'stop', graceMs });
  }

  /** The same as {@link stop}. */
  close(): Promise<void> {
    return this.stop();
  }

  #tell(effect: DispatchEffect, logger: Logger): void {
    try {
      if (effect.kind === 'registered') {
        this.#applicationId = effect.frameworkId;
        logger.info({ frameworkId: effect.frameworkId }, 'framework registered');
        this.#scheduler.registered?.(effect.frameworkId);
      } else if (effect.kind === 'taskState') {
        logger.debug({ taskId: effect.taskId, state: effect.state, ...effect.detail }, 'task state');
        this.#scheduler.statusUpdate(effect.taskId, effect.state, effect.detail);
      } else if (effect.kind === 'failed') {
        this.#scheduler.failed(effect.error);
      }
    } catch (error) {
      // A bug of the program must not stop its other tasks.
      logger.error({ effect: effect.kind, reason: messageOf(error) }, 'a callback of the program failed');
    }
  }
}
