import { formatAmount, formatDuration, formatShare } from '../../shared/format.ts';
import { Gauge } from '../../shared/gauge.tsx';
import { StackedBar } from '../../shared/parts.tsx';
import {
  type DispatcherSample,
  offerAmounts,
  offersOfLastMinute,
  queuedAmounts,
  runningAmounts,
} from '../model/dispatcher-history.ts';
import type { QueuesView, StatisticsView } from '../model/overview.ts';
import type { OverviewAnswer } from '../use-overview.ts';

/** How much runs and waits, what becomes of offers, and how it ended: now, and in the last minutes. */
export function Gauges({ overview }: { overview: OverviewAnswer }) {
  const { queues, statistics, history } = overview;
  return (
    <section class="gauges" aria-label="The dispatcher now">
      <RunningGauge queues={queues} history={history} />
      <QueuedGauge queues={queues} statistics={statistics} history={history} />
      <OfferGauge queues={queues} history={history} />
      <EndedGauge queues={queues} statistics={statistics} />
    </section>
  );
}

interface HistoryProps {
  readonly queues: QueuesView;
  readonly history: readonly DispatcherSample[];
}

function RunningGauge({ queues, history }: HistoryProps) {
  const { running, retrying, maxRunning } = queues;
  const legend = [`${running} running`, `${retrying} retrying`, `${Math.max(0, maxRunning - running)} free`];
  return (
    <Gauge
      title="Running"
      aside={formatShare(running, maxRunning)}
      figure={String(running)}
      of={`of ${maxRunning}`}
      bar={
        <StackedBar
          total={maxRunning}
          used={running}
          offered={Math.min(retrying, Math.max(0, maxRunning - running))}
          label={`Drivers: ${legend.join(', ')} of ${maxRunning}`}
        />
      }
      history={history}
      amounts={runningAmounts}
      legend={legend}
    />
  );
}

function QueuedGauge({
  queues,
  statistics,
  history,
}: HistoryProps & { readonly statistics: StatisticsView }) {
  const { queued, maxQueued } = queues;
  const { medianMs } = statistics.submitToFirstLaunch;
  return (
    <Gauge
      title="Queued"
      aside={medianMs === undefined ? '' : `${formatDuration(medianMs)} wait`}
      figure={String(queued)}
      of={`of ${maxQueued}`}
      bar={
        <StackedBar
          total={maxQueued}
          used={0}
          offered={queued}
          label={`Queue: ${queued} of ${maxQueued} places taken`}
        />
      }
      history={history}
      amounts={queuedAmounts}
      legend={['', `${queued} waiting`, `${Math.max(0, maxQueued - queued)} places free`]}
    />
  );
}

function OfferGauge({ queues, history }: HistoryProps) {
  const { taken, declined } = offersOfLastMinute(history);
  return (
    <Gauge
      title="Offers"
      aside={queues.offers}
      figure={formatAmount(taken + declined)}
      of="last minute"
      bar={
        <StackedBar
          total={taken + declined}
          used={taken}
          offered={declined}
          label={`Offers of the last minute: ${taken} taken, ${declined} declined`}
        />
      }
      history={history}
      amounts={offerAmounts}
      legend={[`${taken} taken`, `${declined} declined`]}
    />
  );
}

/** No chart: endings only ever grow, and a line that only rises tells nothing. */
function EndedGauge({ queues, statistics }: { queues: QueuesView; statistics: StatisticsView }) {
  const { ended, launchToFinish } = statistics;
  const rows = [...ended].sort(([, left], [, right]) => right - left).slice(0, 4);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  const { medianMs } = launchToFinish;
  return (
    <div class="gauge">
      <div class="gauge-head">
        <h2>Finished</h2>
        <p class="gauge-figure">
          <strong class="figure">{queues.finished}</strong>
        </p>
        <span class="gauge-aside figure faint">
          {medianMs === undefined ? '' : `after ${formatDuration(medianMs)}`}
        </span>
      </div>
      {rows.length === 0 ? (
        <p class="faint">No attempt has ended since the dispatcher was started.</p>
      ) : (
        <ul class="endings" aria-label="Attempts that ended since the dispatcher was started">
          {rows.map(([state, count]) => (
            <li key={state}>
              <span>
                {state
                  .replace(/^TASK_/, '')
                  .replaceAll('_', ' ')
                  .toLowerCase()}
              </span>
              <StackedBar
                total={most}
                used={state === 'TASK_FINISHED' ? count : 0}
                offered={state === 'TASK_FINISHED' ? 0 : count}
                label={`${count}`}
              />
              <span class="figure">{count}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
