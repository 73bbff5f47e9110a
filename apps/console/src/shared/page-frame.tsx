import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useNow } from './clock.tsx';
import { formatDuration } from './format.ts';

/** A main part of a page, as the navigation names it. */
export interface PageSection {
  readonly title: string;
  readonly href: string;
  readonly isCurrent: boolean;
  readonly count?: number | undefined;
}

/** Whether the page is up to date. */
export interface Liveness {
  readonly receivedMs: number | undefined;
  readonly failure: { readonly error: Error; readonly sinceMs: number } | undefined;
}

interface PageFrameProps {
  readonly product: string;
  /** Which one of its kind this is, e.g. the master's address. */
  readonly instance: string;
  readonly sections: readonly PageSection[];
  /** None while the page asks for nothing. */
  readonly liveness: Liveness | undefined;
  readonly children: ComponentChildren;
  readonly footer: ComponentChildren;
}

/** What every page has around it: name, navigation, and whether what is seen is live. */
export function PageFrame({ product, instance, sections, liveness, children, footer }: PageFrameProps) {
  useFilterKey();
  return (
    <>
      <button type="button" class="skip" onClick={focusMain}>
        Skip to the content
      </button>
      <header class="top">
        <div class="top-line">
          <a class="brand" href="#/" aria-label={`${product}, overview`}>
            <Mark />
            <span>{product}</span>
          </a>
          <span class="instance" title={instance}>
            {instance}
          </span>
          <nav aria-label="Sections">
            {sections.map((section) => (
              <a
                key={section.href}
                href={section.href}
                aria-current={section.isCurrent ? 'page' : undefined}
                aria-label={section.count === undefined ? undefined : `${section.title}: ${section.count}`}
              >
                {section.title}
                {section.count !== undefined && <span class="count">{section.count}</span>}
              </a>
            ))}
          </nav>
          {liveness && <LiveMark liveness={liveness} />}
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {liveness?.failure && <FailureNote liveness={liveness} failure={liveness.failure} />}
        {children}
      </main>
      <footer>{footer}</footer>
    </>
  );
}

function LiveMark({ liveness }: { liveness: Liveness }) {
  const [mark, text] = liveMark(liveness);
  return (
    <span class={`live ${mark}`} role="status">
      <span class="dot" aria-hidden="true" />
      {text}
    </span>
  );
}

function liveMark(liveness: Liveness): readonly [string, string] {
  if (liveness.failure) return ['stale', 'not connected'];
  return liveness.receivedMs === undefined ? ['starting', 'connecting'] : ['good', 'live'];
}

function FailureNote({
  liveness,
  failure,
}: {
  liveness: Liveness;
  failure: NonNullable<Liveness['failure']>;
}) {
  return (
    <div class="note bad" role="alert">
      <p>
        <strong>No answer:</strong> {failure.error.message}. Trying again.
      </p>
      {liveness.receivedMs !== undefined && <Age receivedMs={liveness.receivedMs} />}
    </div>
  );
}

function Age({ receivedMs }: { receivedMs: number }) {
  useNow();
  // Out of the live region: a screen reader is not to read it out each second.
  return (
    <p aria-live="off">
      What you see is {formatDuration(Math.floor((Date.now() - receivedMs) / 1000) * 1000)} old.
    </p>
  );
}

/** The project's mark: one tile that is taken out of many. */
function Mark() {
  return (
    <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
      <path class="mark-dim" d="M1 1h6v6H1zM1 9h6v6H1zM9 9h6v6H9z" />
      <path class="mark-bright" d="M9 1h6v6H9z" />
    </svg>
  );
}

/** By hand, not by a link to `#main`: the fragment belongs to the routes. */
function focusMain(): void {
  document.getElementById('main')?.focus();
}

/** A slash brings the keyboard to the page's filter, where there is one. */
function useFilterKey(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.matches('input, textarea, select')) return;
      const filter = document.querySelector<HTMLInputElement>('input[type=search]');
      if (!filter) return;
      event.preventDefault();
      filter.focus();
      filter.select();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}
