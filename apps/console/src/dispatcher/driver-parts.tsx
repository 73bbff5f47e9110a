import { formatAmount, formatMiB } from '../shared/format.ts';
import { StateShape } from '../shared/state-shape.tsx';
import { driverLink } from './links.ts';
import {
  type AttemptView,
  attemptPhase,
  type DriverResources,
  type DriverView,
  driverPhase,
  driverStateLabel,
} from './model/driver.ts';

/** A driver's state with its shape and colour. */
export function DriverState({ driver }: { driver: DriverView }) {
  const phase = driverPhase(driver);
  return (
    <span class={`state ${phase}`}>
      <StateShape phase={phase} />
      {driverStateLabel(driver)}
    </span>
  );
}

/** An attempt's state, in Mesos's words. */
export function AttemptState({ attempt }: { attempt: AttemptView }) {
  const phase = attemptPhase(attempt);
  return (
    <span class={`state ${phase}`} title={attempt.taskState}>
      <StateShape phase={phase} />
      {attempt.taskState === '' ? 'launching' : attempt.taskState.replace(/^TASK_/, '').toLowerCase()}
    </span>
  );
}

/** A driver by its name, with its id below, and the last part of its class where there is no column for it. */
export function DriverName({ driver, withClass = false }: { driver: DriverView; withClass?: boolean }) {
  const { id, name, mainClass } = driver;
  return (
    <>
      <a href={driverLink(id)}>{name}</a>
      <span class="aside id parts">
        <span>{id}</span>
        {withClass && mainClass !== '' && <span title={mainClass}>{mainClass.replace(/^.*\./, '')}</span>}
      </span>
    </>
  );
}

/** What a driver takes, in one line: `1 CPU · 1.4 GiB`. */
export function resourcesText({ cpus, memMiB }: DriverResources): string {
  return `${formatAmount(cpus)} ${cpus === 1 ? 'CPU' : 'CPUs'} · ${formatMiB(memMiB)}`;
}

/** A link to a page of somebody else. */
export function OutsideLink({ href, label, children }: { href: string; label: string; children: string }) {
  return (
    <a class="action" href={href} target="_blank" rel="noopener noreferrer" aria-label={label}>
      {children}
    </a>
  );
}
