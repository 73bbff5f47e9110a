import { useEffect, useRef } from 'preact/hooks';
import type { HashRoute } from '../../shared/hash-route.ts';
import { LogPane } from '../../shared/log/log-pane.tsx';
import { Panel } from '../../shared/parts.tsx';
import { useDispatcher } from '../api/dispatcher-context.tsx';
import { driverLog } from '../driver-log.ts';
import { driverLink } from '../links.ts';
import type { DriverDetails } from '../model/driver.ts';

/** A driver writes its results to stdout; what Spark says is in stderr. */
const FILES = ['stderr', 'stdout'] as const;

/** A log of one attempt, live; which one stands in the address. */
export function DriverLogPanel({ driver, route }: { driver: DriverDetails; route: HashRoute }) {
  const { api } = useDispatcher();
  const asked = Number(route.parameters.get('attempt'));
  const latest = driver.attempts.at(-1)?.number ?? 1;
  const attempt = driver.attempts.some(({ number }) => number === asked) ? asked : latest;
  const file = FILES.find((name) => name === route.parameters.get('file')) ?? 'stderr';
  const source = driverLog(api, { id: driver.id, attempt, file });
  const panel = useRef<HTMLDivElement>(null);
  const isAskedFor = route.parameters.has('attempt') || route.parameters.has('file');
  // Who presses a link to a log wants to see it, wherever on the page the link is.
  useEffect(() => {
    if (isAskedFor) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [source.key, isAskedFor]);
  const attemptParameter = attempt === latest ? '' : String(attempt);
  return (
    <div ref={panel}>
      <Panel
        title={attempt === latest ? 'Log' : `Log of attempt ${attempt}`}
        aside={
          <nav class="tabs" aria-label="Open log">
            {FILES.map((name) => (
              <a
                key={name}
                href={driverLink(driver.id, {
                  attempt: attemptParameter,
                  file: name === 'stderr' ? '' : name,
                })}
                aria-current={name === file ? 'true' : undefined}
              >
                {name}
              </a>
            ))}
          </nav>
        }
      >
        <LogPane key={source.key} source={source} />
      </Panel>
    </div>
  );
}
