import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../format.ts';
import { RequestError } from '../request-error.ts';
import { LogDownload } from './log-download.tsx';
import type { LogSource } from './log-source.ts';
import { bytesBefore, type LogTail } from './log-tail.ts';
import { useLogTail } from './use-log-tail.ts';

/** This close to its end, a log counts as being at its end. */
const END_PIXELS = 24;

/** A move away from the end counts as the reader's own if it still stands after this. */
const SETTLE_MS = 100;

/** A file's text that grows while one looks at it. At its end it keeps to the end; scrolled away, it stands still. */
export function LogPane({ source }: { source: LogSource }) {
  const { tail, failure, loadEarlier } = useLogTail(source);
  const [isFollowing, setFollowing] = useState(true);
  const [isWrapped, setWrapped] = useState(() => matchMedia('(max-width: 760px)').matches);
  const pane = useRef<HTMLElement>(null);
  const noteScroll = useScrollPosition(pane, isFollowing, setFollowing, bytesBefore(tail));
  const { name } = source;
  const canBeDownloaded = (source.downloadHref ?? source.download) !== undefined;
  const before = bytesBefore(tail);
  return (
    <div class="log">
      <div class="log-bar">
        <span class="figure faint" data-testid="log-size">
          {tail.sizeBytes === undefined ? 'reading …' : formatBytes(tail.sizeBytes)}
          {tail.restarts > 0 && ', began anew'}
        </span>
        <span class="spacer" />
        <button type="button" class="toggle" aria-pressed={isWrapped} onClick={() => setWrapped(!isWrapped)}>
          wrap lines
        </button>
        <button
          type="button"
          class="toggle"
          aria-pressed={isFollowing}
          onClick={() => setFollowing(!isFollowing)}
        >
          follow
        </button>
        <LogDownload source={source} />
      </div>
      <section
        class={isWrapped ? 'log-text wrapped' : 'log-text'}
        ref={pane}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        aria-label={`Contents of ${name}`}
        onScroll={noteScroll}
      >
        {before > 0 && !tail.binary && (
          <p class="log-note">
            {formatBytes(before)} before this{' '}
            <button type="button" onClick={() => void loadEarlier().catch(() => undefined)}>
              show earlier
            </button>
          </p>
        )}
        {!tail.binary && (
          <pre>
            {tail.pieces.map((piece) => (
              <span key={piece.offset}>{piece.text}</span>
            ))}
          </pre>
        )}
        <p class="log-note">{noteOf(tail, failure, canBeDownloaded)}</p>
      </section>
    </div>
  );
}

function noteOf(
  { sizeBytes, binary }: LogTail,
  failure: Error | undefined,
  canBeDownloaded: boolean,
): string {
  if (failure instanceof RequestError && failure.status === 404) return 'There is no such file, or not yet.';
  if (failure) return `No answer: ${failure.message}. Trying again.`;
  if (binary)
    return canBeDownloaded ? 'This is no text. It can be downloaded.' : 'This is no text, and not shown.';
  return sizeBytes === 0 ? 'Nothing has been written to it yet.' : '';
}

/**
 * Keeps the end in sight while following; else keeps what is in sight where it is when text is put before it.
 * (The browser's own anchoring is switched off in the style sheet: the two would both correct.)
 * What it returns is to be called after each scroll: moving up ends the following, arriving at the end begins it.
 * A window that changes its size moves things too, but that is no wish to stop, so a move is given time to settle.
 */
function useScrollPosition(
  pane: { current: HTMLElement | null },
  isFollowing: boolean,
  setFollowing: (isFollowing: boolean) => void,
  begin: number,
): () => void {
  const last = useRef({ begin, height: 0, top: 0 });
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  useLayoutEffect(() => {
    const element = pane.current;
    if (!element) return;
    if (isFollowing && settling.current === undefined) {
      element.scrollTop = element.scrollHeight;
    } else if (begin < last.current.begin) {
      element.scrollTop += element.scrollHeight - last.current.height;
    }
    last.current = { begin, height: element.scrollHeight, top: element.scrollTop };
  });
  const stopSettling = () => {
    clearTimeout(settling.current);
    settling.current = undefined;
  };
  useLayoutEffect(() => {
    const element = pane.current;
    if (!element || !isFollowing) return undefined;
    const observer = new ResizeObserver(() => {
      stopSettling();
      element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      stopSettling();
    };
  }, [pane, isFollowing]);
  return () => {
    const element = pane.current;
    if (!element) return;
    const movedUp = element.scrollTop < last.current.top - 1;
    last.current.top = element.scrollTop;
    if (isAtEnd(element)) {
      stopSettling();
      setFollowing(true);
    } else if (isFollowing && movedUp) {
      settling.current ??= setTimeout(() => {
        settling.current = undefined;
        setFollowing(isAtEnd(element));
      }, SETTLE_MS);
    }
  };
}

function isAtEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < END_PIXELS;
}
