import {
  argvCommand,
  type ParsedSettings,
  parseSettings,
  type SparkSettings,
} from '@spark-mesos/scheduler-utils';
import { vi } from 'vitest';
import type {
  CoarseApplication,
  ExecutorPlacement,
  ExecutorStateDetail,
  WaitingReport,
} from '../../src/index.ts';

/** An application whose executors are plain `sleep`s. */
export class SleepingApplication implements CoarseApplication {
  readonly states: string[] = [];
  readonly details: ExecutorStateDetail[] = [];
  readonly placements: ExecutorPlacement[] = [];
  readonly reports: WaitingReport[] = [];
  readonly failures: Error[] = [];
  readonly drained: number[] = [];
  frameworkId = '';
  program = '/bin/sleep';

  launch({ executorId }: ExecutorPlacement) {
    return {
      name: `worker ${executorId}`,
      command: argvCommand({ program: this.program, arguments: ['600'] }),
    };
  }
  registered(frameworkId: string) {
    this.frameworkId = frameworkId;
  }
  executorLaunched(executor: ExecutorPlacement) {
    this.placements.push(executor);
  }
  executorState({ executorId }: ExecutorPlacement, state: string, detail: ExecutorStateDetail) {
    this.states.push(`${executorId} ${state}`);
    this.details.push(detail);
  }
  draining({ executorId }: ExecutorPlacement) {
    this.drained.push(executorId);
  }
  waiting(report: WaitingReport) {
    this.reports.push(report);
  }
  failed(error: Error) {
    this.failures.push(error);
  }
}

/** Settings out of properties that are right. */
export function settingsOf(properties: Record<string, string>): SparkSettings {
  const parsed: ParsedSettings = parseSettings(properties);
  if (!parsed.ok) {
    throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  }
  return parsed.settings;
}

/** Waits until it holds. */
export const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });
