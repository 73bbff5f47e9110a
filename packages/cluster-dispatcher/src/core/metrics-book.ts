/** So many durations are remembered of each kind. */
const REMEMBERED = 1000;

/** Counts and durations since the process began. */
export class MetricsBook {
  submissionsTotal = 0;
  launchesTotal = 0;
  retriesTotal = 0;
  killsTotal = 0;
  offersTotal = 0;
  offersDeclinedTotal = 0;
  readonly endedByTaskState = new Map<string, number>();
  readonly submitToFirstLaunchMs: number[] = [];
  readonly submitToFinishMs: number[] = [];
  readonly launchToFinishMs: number[] = [];
  readonly launchToRetryMs: number[] = [];
  readonly submitToExceptionMs: number[] = [];
  readonly retryCounts: number[] = [];

  ended(taskState: string): void {
    this.endedByTaskState.set(taskState, (this.endedByTaskState.get(taskState) ?? 0) + 1);
  }

  /** A driver has ended for good, after so many starts. */
  finished(attemptCount: number): void {
    remember(this.retryCounts, Math.max(0, attemptCount - 1));
  }

  /** Remembers a duration. */
  took(what: Duration, fromMs: number, toMs: number): void {
    remember(this[what], Math.max(0, toMs - fromMs));
  }
}

type Duration =
  | 'submitToFirstLaunchMs'
  | 'submitToFinishMs'
  | 'launchToFinishMs'
  | 'launchToRetryMs'
  | 'submitToExceptionMs';

function remember(values: number[], value: number): void {
  values.push(value);
  if (values.length > REMEMBERED * 2) values.splice(0, REMEMBERED);
}
