import type { mesos } from '@spark-mesos/mesos-proto';

interface SentUpdate {
  readonly update: mesos.v1.executor.Call.IUpdate;
  /** The attempt in which the agent was last told. */
  attempt: number;
}

/**
 * What the agent must be told again when it comes back: tasks whose first update it may not have dealt with, and
 * updates that nobody has acknowledged. By these it finds out what it has missed.
 */
export class UnacknowledgedWork {
  readonly #tasks = new Map<string, mesos.v1.ITaskInfo>();
  readonly #updates = new Map<string, SentUpdate>();
  readonly #listeners = new Set<() => void>();

  /** Minds what an event says. */
  heed(event: mesos.v1.executor.IEvent): void {
    const { launch, launchGroup, acknowledged } = event;
    if (launch != null) {
      this.#tasks.set(launch.task.taskId.value, launch.task);
    }
    for (const task of launchGroup?.taskGroup.tasks ?? []) {
      this.#tasks.set(task.taskId.value, task);
    }
    if (acknowledged != null) {
      this.#tasks.delete(acknowledged.taskId.value);
      this.#forget(acknowledged.uuid);
    }
  }

  add(update: mesos.v1.executor.Call.IUpdate, attempt: number): void {
    this.#updates.set(keyOf(update.status.uuid ?? undefined), { update, attempt });
  }

  /** Takes back an update that the agent calls wrong: it would do so again. */
  drop(update: mesos.v1.executor.Call.IUpdate): void {
    this.#forget(update.status.uuid ?? undefined);
  }

  /** All there is, to be told with the SUBSCRIBE of an attempt. */
  tellAll(attempt: number): mesos.v1.executor.Call.ISubscribe {
    for (const sent of this.#updates.values()) {
      sent.attempt = attempt;
    }
    return {
      unacknowledgedTasks: [...this.#tasks.values()],
      unacknowledgedUpdates: [...this.#updates.values()].map(({ update }) => update),
    };
  }

  /** Updates that came up since the SUBSCRIBE of this attempt, and count as told from now on. */
  takeUntold(attempt: number): mesos.v1.executor.Call.IUpdate[] {
    const untold = [...this.#updates.values()].filter((sent) => sent.attempt !== attempt);
    for (const sent of untold) {
      sent.attempt = attempt;
    }
    return untold.map(({ update }) => update);
  }

  get updates(): number {
    return this.#updates.size;
  }

  /** Calls back when an update is acknowledged, until the function returned is called. */
  onAcknowledged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #forget(uuid: Uint8Array | undefined): void {
    this.#updates.delete(keyOf(uuid));
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }
}

function keyOf(uuid: Uint8Array | undefined): string {
  return Buffer.from(uuid ?? []).toString('hex');
}
