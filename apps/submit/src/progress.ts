import type {
  ApplicationSummary,
  ExecutorChange,
  ExecutorPlacement,
  GatewayObserver,
  GatewayProblem,
} from '@spark-mesos/spark-gateway';
import type { DriverJobsWatch } from './driver-jobs-watch.ts';
import type { DriverPageWatch } from './driver-page-watch.ts';
import type { DriverRefusals } from './driver-refusals.ts';
import type { JobProgress } from './job-progress.ts';
import type { Output } from './own-output.ts';
import { counted } from './progress-words.ts';

/** What a problem of the gateway means for this process's exit status is decided where it ends. */
export interface ProgressHooks {
  readonly output: Output;
  readonly watch: DriverPageWatch | undefined;
  readonly refusals: DriverRefusals;
  /** What the status line of a terminal shows, where there is one. */
  readonly line?: { readonly job: JobProgress; readonly jobs: DriverJobsWatch } | undefined;
  readonly onProblem: (problem: GatewayProblem) => void;
}

/** Says in people's words what the gateway does. */
export function progressObserver(hooks: ProgressHooks): GatewayObserver {
  const { output, watch, refusals, line } = hooks;
  const offered = new Set<string>();
  return {
    driverRefused: (problem) => {
      if (refusals.noted(problem)) output.notice(problem.message);
    },
    applicationRegistered: (application) => {
      refusals.driverIsIn();
      const page = application.uiUrl === undefined ? '' : `; its page is ${application.uiUrl}`;
      output.progress(`application "${application.name}" has registered${page}`);
    },
    frameworkRegistered: (application) => {
      output.progress(`framework ${application.id} is registered with Mesos`);
      watch?.begin(application);
      line?.jobs.begin(application);
    },
    masterConnection: (_, connected, reason) => {
      output.notice(connected ? 'the master is back' : `the master is lost${because(reason)}; trying again`);
    },
    offersReceived: (application, { offers, agents }) => {
      const id = application.id ?? '';
      if (offered.has(id)) return;
      offered.add(id);
      output.progress(`first ${offers === 1 ? 'offer' : counted(offers, 'offer')}, from ${listed(agents)}`);
    },
    executorLaunched: (_, executor) => {
      line?.job.launched(executor);
      output.progress(
        `executor ${executor.executorId} is launched ${placeOf(executor)}: ` +
          `${counted(executor.advertisedCores, 'core')}, ${executor.memoryMiB} MiB of heap`,
      );
    },
    executorState: (_, change) => {
      line?.job.changed(change);
      const text = executorText(change);
      if (text !== undefined) output.progress(text);
    },
    executorDraining: (_, executor) => {
      output.progress(`executor ${placed(executor)} is to go: its agent is being drained`);
    },
    waiting: (_, report) => {
      line?.job.waits(report.sentence);
      output.notice(report.sentence);
    },
    problem: (_, problem) => {
      output.notice(problem.message);
      hooks.onProblem(problem);
    },
    applicationFinished: (application, reason) => {
      watch?.end(application);
      line?.jobs.close();
      line?.job.ended();
      output.progress(`${endText(application, reason)}; its framework is torn down`);
    },
  };
}

function executorText({ executor, state, message, exitStatus }: ExecutorChange): string | undefined {
  const place = placed(executor);
  // The state is in the words around it already.
  const reason = because(message?.replace(/^Executor finished with state [A-Z]+(: )?/, ''));
  switch (state) {
    case 'LAUNCHING':
      return undefined;
    case 'RUNNING':
      return `executor ${place} runs`;
    case 'EXITED':
      return `executor ${place} has ended${exitStatus ? ` with status ${exitStatus}` : ''}`;
    case 'FAILED':
      return `executor ${place} has failed${reason}`;
    case 'KILLED':
      return `executor ${place} was killed${reason}`;
    case 'LOST':
      return `executor ${place} is lost${reason}`;
  }
}

function placed(executor: ExecutorPlacement): string {
  return `${executor.executorId} ${placeOf(executor)}`;
}

/** `on agent S1 (host)`: the end of the agent's id, since agents may share a host, and in an embedded cluster do. */
function placeOf(executor: ExecutorPlacement): string {
  return `on agent ${executor.agentId.replace(/^.*-/, '')} (${executor.hostname})`;
}

function endText(application: ApplicationSummary, reason: string): string {
  const name = `application "${application.name}"`;
  if (reason === 'driver-lost') return `${name} is over: its driver is gone`;
  if (reason === 'failed') return `${name} cannot go on`;
  return `${name} has ended`;
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : ` (${reason})`;
}

function listed(agents: readonly string[]): string {
  const shown = agents.slice(0, 5);
  const rest = agents.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${counted(rest, 'other agent')}` : ''}`;
}
