import type { CoarseEffect, CoarseSnapshot, ExecutorPlacement } from '../../src/index.ts';

const FINAL = new Set(['EXITED', 'FAILED', 'KILLED', 'LOST']);

/** What the driver of an application knows of its executors, and what it would complain about. */
export class DriverView {
  readonly complaints: string[] = [];
  readonly alive = new Map<string, ExecutorPlacement>();
  readonly #seen = new Set<number>();
  readonly #ran = new Set<string>();

  complainIf(isWrong: boolean, what: string): void {
    if (isWrong) {
      this.complaints.push(what);
    }
  }

  hear(effect: CoarseEffect): void {
    if (effect.kind === 'accept') {
      for (const executor of effect.executors) {
        this.#launched(executor);
      }
    } else if (effect.kind === 'executorState') {
      const { taskId } = effect.executor;
      this.complainIf(!this.alive.has(taskId), `${taskId} is told as ${effect.state} after its end`);
      this.complainIf(effect.state === 'RUNNING' && this.#ran.has(taskId), `${taskId} came up twice`);
      this.complainIf(effect.state === 'LAUNCHING' && this.#ran.has(taskId), `${taskId} went backwards`);
      this.#ran.add(effect.state === 'RUNNING' ? taskId : '');
      if (FINAL.has(effect.state)) {
        this.alive.delete(taskId);
      }
    } else if (effect.kind === 'failed') {
      this.complaints.push(effect.error.message);
    }
  }

  #launched(executor: ExecutorPlacement): void {
    const { executorId, taskId } = executor;
    this.complainIf(this.#seen.has(executorId), `executor id ${executorId} came twice`);
    this.#seen.add(executorId);
    this.alive.set(taskId, executor);
  }

  /** Holds what the scheduler says of itself against what it has told. */
  check({ executors, cores }: CoarseSnapshot, coresMax: number | undefined): void {
    const known = [...this.alive.keys()].sort().join(' ');
    const own = executors.map(({ taskId }) => taskId);
    this.complainIf(
      own.sort().join(' ') !== known,
      `the driver knows ${known}, the scheduler ${own.join(' ')}`,
    );
    const sum = executors.reduce((total, executor) => total + executor.cores, 0);
    this.complainIf(sum !== cores, `${sum} cores are held and ${cores} counted`);
    this.complainIf(cores > (coresMax ?? Number.POSITIVE_INFINITY), `${cores} cores are held of ${coresMax}`);
  }
}
