import type { ApplicationSummary, ExecutorChange, ExecutorPlacement } from '@spark-mesos/spark-gateway';
import { counted } from './progress-words.ts';

/** Tasks of the jobs that run at present, as the driver counts them. */
export interface TaskCounts {
  readonly jobs: number;
  readonly tasks: number;
  readonly done: number;
  readonly running: number;
  readonly failed: number;
}

/** How far an application is, in one line; fed by what happens to it. */
export class JobProgress {
  readonly #show: (text: string) => void;
  readonly #executors = new Map<number, { readonly cores: number; readonly runs: boolean }>();
  #tasks: TaskCounts | undefined;
  #waits: string | undefined;

  constructor(show: (text: string) => void) {
    this.#show = show;
  }

  /** An executor is on its way. */
  launched({ executorId, advertisedCores }: ExecutorPlacement): void {
    this.#executors.set(executorId, { cores: advertisedCores, runs: false });
    // Whatever was short is there now; if more is wanted, the next report says so.
    this.#waits = undefined;
    this.#update();
  }

  /** It has begun to run, or has ended in whatever way. */
  changed({ executor: { executorId, advertisedCores }, state }: ExecutorChange): void {
    if (state === 'LAUNCHING') return;
    if (state === 'RUNNING') this.#executors.set(executorId, { cores: advertisedCores, runs: true });
    else this.#executors.delete(executorId);
    this.#update();
  }

  /** Executors are wanted and cannot be had. */
  waits(sentence: string): void {
    this.#waits = sentence;
    this.#update();
  }

  /** Undefined: the driver does not tell. */
  tasks(tasks: TaskCounts | undefined): void {
    this.#tasks = tasks;
    this.#update();
  }

  /** The application is over. */
  ended(): void {
    this.#show('');
  }

  #update(): void {
    const executors = [...this.#executors.values()];
    const cores = executors.reduce((sum, one) => sum + one.cores, 0);
    const starting = executors.filter(({ runs }) => !runs).length;
    const parts = [
      ...(this.#tasks === undefined ? [] : [tasksText(this.#tasks)]),
      `${counted(executors.length, 'executor')}${starting === 0 ? '' : ` (${starting} starting)`}, ${counted(cores, 'core')}`,
      ...(this.#waits === undefined ? [] : [this.#waits]),
    ];
    this.#show(`spark-mesos: ${parts.join(' | ')}`);
  }
}

function tasksText({ jobs, tasks, done, running, failed }: TaskCounts): string {
  if (jobs === 0) return 'no job runs';
  const failures = failed === 0 ? '' : `, ${failed} failed`;
  const several = jobs === 1 ? '' : ` of ${jobs} jobs`;
  return `${done}/${tasks} tasks${several} done, ${running} running${failures}`;
}

/** What the driver's monitoring API says of its jobs (GET …/jobs?status=running), added up; what has another form is left out. */
export function taskCounts(value: unknown): TaskCounts | undefined {
  if (!Array.isArray(value)) return undefined;
  const sum = { jobs: 0, tasks: 0, done: 0, running: 0, failed: 0 };
  for (const entry of value as readonly unknown[]) {
    const job = (entry ?? {}) as Record<string, unknown>;
    const number = (name: string) => (typeof job[name] === 'number' ? job[name] : 0);
    if (typeof job.numTasks !== 'number') continue;
    sum.jobs += 1;
    // Tasks of a stage whose output is there already are not run again.
    sum.tasks += job.numTasks - number('numSkippedTasks');
    sum.done += number('numCompletedTasks');
    sum.running += number('numActiveTasks');
    sum.failed += number('numFailedTasks');
  }
  return sum;
}

/** Where it is asked for. */
export function jobsUrl({ id, uiUrl }: ApplicationSummary): string | undefined {
  if (id === undefined || uiUrl === undefined) return undefined;
  return `${uiUrl.replace(/\/$/, '')}/api/v1/applications/${id}/jobs?status=running`;
}
