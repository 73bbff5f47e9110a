import type { ComponentChildren } from 'preact';
import { type ChartAmounts, HISTORY_MS, type Sample, stepChart } from './step-chart.ts';

const CHART_WIDTH = 300;
const CHART_HEIGHT = 48;

interface GaugeProps<One extends Sample> {
  readonly title: string;
  readonly aside: string;
  readonly figure: string;
  readonly of: string;
  readonly bar: ComponentChildren;
  readonly history: readonly One[];
  readonly amounts: (sample: One) => ChartAmounts;
  /** What is used, what is offered, what is free. */
  readonly legend: readonly string[];
}

const LEGEND_KEYS = ['used', 'offered', 'free'] as const;

/** A figure of a whole with its bar, and how it went in the last minutes. */
export function Gauge<One extends Sample>(props: GaugeProps<One>) {
  const { title, aside, figure, of, bar, history, amounts, legend } = props;
  const chart = stepChart(history, amounts, CHART_WIDTH, CHART_HEIGHT);
  return (
    <div class="gauge">
      <div class="gauge-head">
        <h2>{title}</h2>
        <p class="gauge-figure">
          <strong class="figure">{figure}</strong> <span class="of figure">{of}</span>
        </p>
        <span class="gauge-aside figure faint">{aside}</span>
      </div>
      {bar}
      <svg
        class="chart"
        viewBox={`0 0 ${CHART_WIDTH} ${CHART_HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title} in the last five minutes`}
      >
        <path class="chart-offered" d={chart.offered} />
        <path class="chart-used" d={chart.used} />
      </svg>
      <p class="chart-axis figure" aria-hidden="true">
        <span>{HISTORY_MS / 60_000} min ago</span>
        <span>now</span>
      </p>
      <p class="gauge-legend">
        {legend.map((text, index) => (
          <span key={LEGEND_KEYS[index]} class={`key ${LEGEND_KEYS[index] ?? ''}`}>
            {text}
          </span>
        ))}
      </p>
    </div>
  );
}
