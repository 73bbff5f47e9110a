import type { ComponentChildren } from 'preact';

/** A page's heading, which takes the keyboard when a link has led there. */
export function PageTitle({ children, aside }: { children: ComponentChildren; aside?: ComponentChildren }) {
  return (
    <div class="page-title">
      <h1 tabIndex={-1}>{children}</h1>
      {aside && <div class="page-aside">{aside}</div>}
    </div>
  );
}

interface PanelProps {
  readonly title: string;
  readonly count?: number;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A titled part of a page. */
export function Panel({ title, count, aside, children }: PanelProps) {
  return (
    <section class="panel" aria-label={title}>
      <div class="panel-head">
        <h2>
          {title}
          {count !== undefined && <span class="count">{count}</span>}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Names with their values; entries without a value are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== '' && value !== undefined && value !== null && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Small labels in a row, e.g. an agent's attributes. */
export function Chips({ labels }: { labels: readonly { readonly key: string; readonly value: string }[] }) {
  if (labels.length === 0) return <span class="faint">–</span>;
  return (
    <span class="chips">
      {labels.map(({ key, value }) => (
        <span class="chip" key={`${key}:${value}`}>
          <span class="chip-key">{key}</span>
          {value}
        </span>
      ))}
    </span>
  );
}

interface StackedBarProps {
  readonly total: number;
  readonly used: number;
  readonly offered: number;
  /** What the bar says, in words. */
  readonly label: string;
}

/** A bar of a whole: what is used solid, what is offered hatched, what is free empty. */
export function StackedBar({ total, used, offered, label }: StackedBarProps) {
  const percent = (part: number) => `${total > 0 ? Math.min(100, (100 * part) / total) : 0}%`;
  return (
    <span class="bar" role="img" aria-label={label} title={label}>
      <span class="bar-used" style={{ width: percent(used) }} />
      <span class="bar-offered" style={{ width: percent(offered) }} />
    </span>
  );
}
