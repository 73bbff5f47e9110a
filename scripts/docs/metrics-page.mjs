// The page of metrics, from the registries of those that have them.

import { metricsOf as dispatcherMetrics } from '../../apps/dispatcher/dist/metrics.js';
import { METRIC_MEANINGS, metricsOf as shuffleMetrics } from '../../apps/shuffle-service/dist/metrics.js';
import { LateDispatcher } from '../../packages/cluster-dispatcher/dist/index.js';
import { GATEWAY_METRICS } from '../../packages/spark-gateway/dist/index.js';
import { MADE, table } from './made-table.mjs';

const METRIC_HEADER = ['Metric', 'Type', 'Meaning'];

/** @param {readonly string[]} names */
const labelsText = (names) => (names.length > 0 ? `{${names.join(',')}}` : '');

/**
 * The figures of a registry but for those of its process.
 * @param {ReturnType<typeof dispatcherMetrics>} registry
 */
function metricsTable(registry) {
  const own = registry.getMetricsAsArray().filter(({ name }) => !/^(process|nodejs)_/.test(name));
  const rows = own.map((metric) => {
    const {
      name,
      help,
      type,
      labelNames = [],
    } = /** @type {typeof metric & { labelNames?: string[] }} */ (metric);
    return [`\`${name}${labelsText(labelNames)}\``, String(type), help];
  });
  return table(METRIC_HEADER, rows);
}

/** The figures of a dispatcher. */
export function dispatcherTable() {
  const late = new LateDispatcher();
  return metricsTable(
    dispatcherMetrics({
      metrics: () => late.metrics(),
      readiness: () => late.readiness(),
      applications: () => [],
    }),
  );
}

function gatewayTable() {
  const rows = GATEWAY_METRICS.map(({ name, type, help, labelNames }) => {
    return [`\`${name}${labelsText(labelNames)}\``, type, help];
  });
  return table(METRIC_HEADER, rows);
}

function shuffleTable() {
  // It asks for the names of the figures alone, which the meanings have as well.
  const figures = /** @type {any} */ (METRIC_MEANINGS);
  return metricsTable(shuffleMetrics(() => figures));
}

/** The figures of all that have any. */
export function metricsPage() {
  return `# Metrics

${MADE}

For Prometheus. Names that begin with \`metrics_\` are those that Spark's own Prometheus servlet gave the same figures, so
that dashboards for it go on working. Beside these, dispatcher and shuffle service have \`process_…\` and \`nodejs_…\`: memory,
processor time, open descriptors, delay of the event loop.

## spark-mesos-dispatcher

\`GET /metrics\` on \`--webui-port\` (8081) and on \`--port\` (7077). With an access file that has no \`anonymous\` role it needs a
token: give Prometheus one as \`authorization\`.

${dispatcherTable()}

## spark-mesos-shuffle-service

\`GET /metrics\` on \`--metrics-host\` (127.0.0.1) and \`--metrics-port\` (7338).

${shuffleTable()}

## The gateway

\`GET /metrics\` on the port of the drivers of \`spark-mesos gateway\` (7077), from its own machine, or from others with
\`--http-open\`. A dispatcher has the same of the applications that it hosts, among its own.

${gatewayTable()}

What each application has and wants is JSON at \`GET /api/v1/applications\` and
\`GET /api/v1/applications/<id>/explain\` ([README](../../apps/submit/README.md#why-does-it-wait)). Who uses \`@spark-mesos/coarse-backend\` by itself has the figures of
the mesosphere fork from [\`metrics()\`](../../packages/coarse-backend/README.md#figures).`;
}
