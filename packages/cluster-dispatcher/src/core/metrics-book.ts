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

  ended(taskState: string): void {
    this.endedByTaskState.set(taskState, (this.endedByTaskState.get(taskState) ?? 0) + 1);
  }

  /** Remembers a duration. */
  took(
    what: 'submitToFirstLaunchMs' | 'submitToFinishMs' | 'launchToFinishMs' | 'launchToRetryMs',
    fromMs: number,
    toMs: number,
  ): void {
    const durations = this[what];
    durations.push(Math.max(0, toMs - fromMs));
    if (durations.length > REMEMBERED * 2) durations.splice(0, REMEMBERED);
  }
}
