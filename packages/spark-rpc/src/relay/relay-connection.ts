import type { ClassDescriptorSource } from '@spark-mesos/java-serialization';
import type { Logger } from '../logger.ts';
import type { RelayedExecutor } from './gate.ts';
import type { HeldBudget, TaskHolder } from './held-budget.ts';
import type { RelayLimits } from './limits.ts';
import type { RelayLeg } from './relay-leg.ts';
import { RelaySession, type RelaySessionListener } from './relay-session.ts';

// executor ──RelayLeg──► RelaySession ──RelayLeg──► driver
//     ▲                       │ ▲                     │
//     └───────────────────────┘ └─────────────────────┘

/** Hears what happens on a {@link RelayConnection}. */
export interface RelayConnectionListener extends RelaySessionListener {
  /** Called once, whoever ended it. */
  ended(reason: string): void;
}

/** Options of {@link RelayConnection}. */
export interface RelayConnectionOptions {
  readonly executor: RelayLeg;
  readonly driver: RelayLeg;
  readonly limits: RelayLimits;
  /** What all connections may hold together. */
  readonly budget: HeldBudget;
  readonly classes: ClassDescriptorSource;
  readonly listener: RelayConnectionListener;
  readonly logger: Logger;
}

/**
 * One connection of an executor to its driver. Nothing more is read from one side while the other does not take what
 * was read, nor from the driver while too much of its tasks is held.
 */
export class RelayConnection implements TaskHolder {
  readonly #executor: RelayLeg;
  readonly #driver: RelayLeg;
  readonly #limits: RelayLimits;
  readonly #budget: HeldBudget;
  readonly #listener: RelayConnectionListener;
  readonly #logger: Logger;
  readonly #session: RelaySession;
  #isReceiving = false;
  #hasEnded = false;

  constructor(options: RelayConnectionOptions) {
    const { executor, driver, limits, budget, classes, listener, logger } = options;
    this.#executor = executor;
    this.#driver = driver;
    this.#limits = limits;
    this.#budget = budget;
    this.#listener = listener;
    this.#logger = logger;
    // Nothing is said of a connection any more once its end was told.
    this.#session = new RelaySession({
      limits,
      classes,
      listener: {
        executorRegistered: (registered) => !this.#hasEnded && listener.executorRegistered(registered),
        taskHeld: (task) => this.#hasEnded || listener.taskHeld(task),
        killTask: (executorId, taskId) => this.#hasEnded || listener.killTask(executorId, taskId),
        taskEnded: (executorId, taskId, state) =>
          this.#hasEnded || listener.taskEnded(executorId, taskId, state),
      },
    });
  }

  /** The executor, once it has registered. */
  get executor(): RelayedExecutor | undefined {
    return this.#session.executor;
  }

  /** Begins to pass things on. */
  start(): void {
    this.#driver.listen({
      receive: (chunk) => this.#fromDriver(chunk),
      drained: () => this.#regulate(),
      failed: (reason) => this.#failed(reason),
      ended: (reason) => this.end(reason),
    });
    this.#executor.listen({
      receive: (chunk) => this.#fromExecutor(chunk),
      drained: () => this.#regulate(),
      failed: (reason) => this.#failed(reason),
      ended: (reason) => this.end(reason),
    });
  }

  /** Lets a held task go; false if there is none. */
  pass(taskId: number): boolean {
    if (this.#hasEnded) return false;
    const isHeld = this.#session.pass(taskId);
    this.#flush();
    return isHeld;
  }

  /** Has the executor end a task; false if it never had one. */
  kill(taskId: number, reason: string): boolean {
    if (this.#hasEnded) return false;
    const hasTasks = this.#session.kill(taskId, reason);
    this.#flush();
    return hasTasks;
  }

  /** The driver shall count with so many cores of the executor. */
  announceCores(cores: number): void {
    if (this.#hasEnded) return;
    this.#session.announceCores(cores, (bytes) => this.#driver.send([bytes]));
    this.#regulate();
  }

  roomAgain(): void {
    this.#regulate();
  }

  /** Closes both sides, after what has been passed on has gone out. */
  end(reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#logger.debug({ reason }, 'connection ended');
    this.#budget.note(this, 0);
    this.#executor.close(reason);
    this.#driver.close(reason);
    this.#listener.ended(reason);
  }

  #failed(reason: string): void {
    const executorId = this.executor?.executorId;
    this.#logger.warn({ executorId, reason }, 'closing a connection that cannot go on');
  }

  #fromDriver(chunk: Buffer): void {
    if (this.#hasEnded) return;
    this.#isReceiving = true;
    try {
      this.#session.fromDriver(chunk);
    } finally {
      this.#isReceiving = false;
      this.#flush();
    }
  }

  #fromExecutor(chunk: Buffer): void {
    if (this.#hasEnded) return;
    this.#session.fromExecutor(chunk, (bytes) => this.#driver.send([bytes]));
    this.#regulate();
  }

  /** While a piece of the driver's is looked at, what comes of it is gathered. */
  #flush(): void {
    if (this.#isReceiving || this.#hasEnded) return;
    this.#executor.send(this.#session.takeOutput());
    this.#regulate();
  }

  #regulate(): void {
    if (this.#hasEnded) return;
    const { maxUnsentBytes } = this.#limits;
    const { heldBytes, holdsTooMuch } = this.#session;
    this.#budget.note(this, heldBytes);
    const holdsEnough = holdsTooMuch || (heldBytes > 0 && this.#budget.isExceeded);
    setPaused(this.#executor, this.#driver.isFull(maxUnsentBytes));
    setPaused(this.#driver, holdsEnough || this.#executor.isFull(maxUnsentBytes));
  }
}

function setPaused(leg: RelayLeg, paused: boolean): void {
  if (paused) leg.pause();
  else leg.resume();
}
