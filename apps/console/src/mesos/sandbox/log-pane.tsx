import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../../shared/format.ts';
import { RequestError } from '../../shared/request.ts';
import { agentPath } from '../links.ts';
import { baseName } from './file-listing.ts';
import { bytesBefore } from './log-tail.ts';
import { useLogTail } from './use-log-tail.ts';

/** This close to its end, a log counts as being at its end. */
const END_PIXELS = 24;

/** A file's text that grows while one looks at it. At its end it keeps to the end; scrolled away, it stands still. */
export function LogPane({ agentId, path }: { agentId: string; path: string }) {
  const { tail, failure, loadEarlier } = useLogTail(agentId, path);
  const [isFollowing, setFollowing] = useState(true);
  const [isWrapped, setWrapped] = useState(() => matchMedia('(max-width: 760px)').matches);
  const pane = useRef<HTMLElement>(null);
  const noteScroll = useScrollPosition(pane, isFollowing, bytesBefore(tail));
  const name = baseName(path);
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
        <a class="button" href={agentPath(agentId, 'files/download', { path })} download={name}>
          download
        </a>
      </div>
      <section
        class={isWrapped ? 'log-text wrapped' : 'log-text'}
        ref={pane}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        aria-label={`Contents of ${name}`}
        onScroll={() => setFollowing(noteScroll())}
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
        <p class="log-note">{noteOf(tail.sizeBytes, tail.binary, failure)}</p>
      </section>
    </div>
  );
}

function noteOf(sizeBytes: number | undefined, binary: boolean, failure: Error | undefined): string {
  if (failure instanceof RequestError && failure.status === 404) return 'There is no such file, or not yet.';
  if (failure) return `No answer: ${failure.message}. Trying again.`;
  if (binary) return 'This is no text. It can be downloaded.';
  return sizeBytes === 0 ? 'Nothing has been written to it yet.' : '';
}

/**
 * Keeps the end in sight while following; else keeps what is in sight where it is when text is put before it.
 * (The browser's own anchoring is switched off in the style sheet: the two would both correct.)
 * What it returns is to be called after each scroll and says whether to follow from then on: moving up ends it,
 * arriving at the end begins it. A window that changes its size moves things too, but that is no wish to stop.
 */
function useScrollPosition(
  pane: { current: HTMLElement | null },
  isFollowing: boolean,
  begin: number,
): () => boolean {
  const last = useRef({ begin, height: 0, top: 0 });
  useLayoutEffect(() => {
    const element = pane.current;
    if (!element) return;
    if (isFollowing) {
      element.scrollTop = element.scrollHeight;
    } else if (begin < last.current.begin) {
      element.scrollTop += element.scrollHeight - last.current.height;
    }
    last.current = { begin, height: element.scrollHeight, top: element.scrollTop };
  });
  useLayoutEffect(() => {
    const element = pane.current;
    if (!element || !isFollowing) return undefined;
    const observer = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [pane, isFollowing]);
  return () => {
    const element = pane.current;
    if (!element) return isFollowing;
    const movedUp = element.scrollTop < last.current.top - 1;
    last.current.top = element.scrollTop;
    if (isAtEnd(element)) return true;
    return isFollowing && !movedUp;
  };
}

function isAtEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < END_PIXELS;
}
