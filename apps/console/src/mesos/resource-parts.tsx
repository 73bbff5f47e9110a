import { formatAmount, formatMiB, formatShare } from '../shared/format.ts';
import { StackedBar } from '../shared/parts.tsx';
import type { Resources, ResourceUse, ScalarKind } from './model/resources.ts';

/** What a kind of resources is called in headings. */
export const KIND_TITLES: Readonly<Record<ScalarKind, string>> = {
  cpus: 'CPUs',
  memMiB: 'Memory',
  diskMiB: 'Disk',
  gpus: 'GPUs',
};

/** An amount of a kind, with its unit. */
export function formatKind(kind: ScalarKind, amount: number): string {
  return kind === 'memMiB' || kind === 'diskMiB' ? formatMiB(amount) : formatAmount(amount);
}

/** An amount of a kind in a table; nothing of it is faint, so that what is there stands out. */
export function Amount({ kind, amount }: { kind: ScalarKind; amount: number }) {
  return <span class={amount === 0 ? 'figure faint' : 'figure'}>{formatKind(kind, amount)}</span>;
}

/** A bar with the figures of used and total beside it. */
export function UseBar({ kind, use }: { kind: ScalarKind; use: ResourceUse }) {
  const total = use.total[kind];
  if (total === 0) return <span class="faint">–</span>;
  return (
    <span class="use">
      <StackedBar
        total={total}
        used={use.used[kind]}
        offered={use.offered[kind]}
        label={useLabel(kind, use)}
      />
      <span class="figure">
        {formatKind(kind, use.used[kind])} <span class="of">/ {formatKind(kind, total)}</span>
      </span>
    </span>
  );
}

/** Used, offered and free in words. */
export function useLabel(kind: ScalarKind, use: ResourceUse): string {
  const parts = (['used', 'offered', 'free'] as const).map(
    (part) => `${formatKind(kind, use[part][kind])} ${part}`,
  );
  return `${KIND_TITLES[kind]}: ${parts.join(', ')} of ${formatKind(kind, use.total[kind])}`;
}

/** All that an amount holds, in one line: `2 CPUs · 1.4 GiB memory`. */
export function resourcesText(resources: Resources): string {
  const parts = [
    resources.cpus > 0 && counted(resources.cpus, 'CPU'),
    resources.memMiB > 0 && `${formatMiB(resources.memMiB)} memory`,
    resources.diskMiB > 0 && `${formatMiB(resources.diskMiB)} disk`,
    resources.gpus > 0 && counted(resources.gpus, 'GPU'),
    resources.ports !== '' && `ports ${resources.ports}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'nothing' : parts.join(' · ');
}

function counted(amount: number, unit: string): string {
  return `${formatAmount(amount)} ${unit}${amount === 1 ? '' : 's'}`;
}

/** A share of the cluster as a small bar with its percentage. */
export function ShareBar({ share }: { share: number }) {
  const text = formatShare(share, 1);
  return (
    <span class="use share">
      <StackedBar total={1} used={share} offered={0} label={`${text} of the cluster`} />
      <span class="figure">{text}</span>
    </span>
  );
}
