import type { ListedApplication } from './explanation.ts';

/** A figure with its labels, `{ phase: 'running' }`, or with none; values of labels are words of ours. */
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A figure of a gateway, in the words of `/metrics` and of the documentation. */
export interface GatewayMetric {
  readonly name: string;
  readonly type: 'gauge';
  readonly help: string;
  readonly labelNames: readonly string[];
  /** What it is at present. */
  readonly samples: (applications: readonly ListedApplication[], nowMs: number) => readonly Sample[];
}

/** Every figure of a gateway: of its applications together, so that their number does not grow with them. */
export const GATEWAY_METRICS: readonly GatewayMetric[] = [
  {
    name: 'spark_mesos_gateway_applications',
    type: 'gauge',
    help: 'applications, by where they are in their lives',
    labelNames: ['phase'],
    samples: (applications) => {
      const counts = new Map<string, number>();
      for (const { phase } of applications) counts.set(phase, (counts.get(phase) ?? 0) + 1);
      return [...counts].map(([phase, count]) => [{ phase }, count]);
    },
  },
  gauge(
    'waiting_applications',
    'applications that want executors and get none',
    (applications) => applications.filter(({ waitingSince }) => waitingSince !== undefined).length,
  ),
  gauge('longest_wait_seconds', 'how long the one that has waited longest waits', longestWaitSeconds),
  gauge('executors', 'executors that are alive', (applications) =>
    sum(applications.map(({ executors }) => executors)),
  ),
  gauge('cores', 'cores that they hold', (applications) => sum(applications.map(({ cores }) => cores))),
];

/** The content type of {@link metricsText}. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The figures in the text format of Prometheus. */
export function metricsText(applications: readonly ListedApplication[], nowMs: number): string {
  return GATEWAY_METRICS.map(({ name, type, help, samples }) => {
    const lines = samples(applications, nowMs).map(
      ([labels, value]) => `${name}${labelsText(labels)} ${value}\n`,
    );
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
  }).join('');
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function gauge(
  name: string,
  help: string,
  value: (applications: readonly ListedApplication[], nowMs: number) => number,
): GatewayMetric {
  return {
    name: `spark_mesos_gateway_${name}`,
    type: 'gauge',
    help,
    labelNames: [],
    samples: (applications, nowMs) => [[{}, value(applications, nowMs)]],
  };
}

function longestWaitSeconds(applications: readonly ListedApplication[], nowMs: number): number {
  const waits = applications.map(({ waitingSince }) =>
    waitingSince === undefined ? 0 : Math.max(0, nowMs - Date.parse(waitingSince)),
  );
  return Math.max(0, ...waits) / 1000;
}

/** To three decimals, as Mesos counts. */
function sum(values: readonly number[]): number {
  return Math.round(values.reduce((total, value) => total + value, 0) * 1000) / 1000;
}
