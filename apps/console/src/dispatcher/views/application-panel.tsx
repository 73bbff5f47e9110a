import { formatAmount } from '../../shared/format.ts';
import { Panel } from '../../shared/parts.tsx';
import { useAnswer } from '../api/dispatcher-context.tsx';
import { applicationOf, parseApplications } from '../model/application.ts';
import type { DriverView } from '../model/driver.ts';

/** Executors come and go without an event. */
const POLL_MS = 2_000;

/** What the application of a running driver has, and why it has no more; nothing until it has registered. */
export function ApplicationPanel({ driver }: { driver: DriverView }) {
  const { attempt } = driver;
  const { value } = useAnswer(
    driver.state === 'running'
      ? // What the gateway knows stands beside the API of version 2.
        { path: '../v1/applications', parse: parseApplications, about: driver.id, pollMs: POLL_MS }
      : undefined,
  );
  const application = value && attempt && applicationOf(value, attempt.driverFrameworkId);
  if (application === undefined) return null;
  const { name, sentence, executors, cores } = application;
  return (
    <Panel
      title="Application"
      aside={
        <span class="faint figure">
          {executors} {executors === 1 ? 'executor' : 'executors'} · {formatAmount(cores)}{' '}
          {cores === 1 ? 'core' : 'cores'}
        </span>
      }
    >
      <p class="sentence" role="status">
        {name} {sentence}
      </p>
    </Panel>
  );
}
