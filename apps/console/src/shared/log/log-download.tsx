import { useEffect, useRef, useState } from 'preact/hooks';
import type { LogSource } from './log-source.ts';

/** A browser may want the address for a moment after it was pressed. */
const KEPT_MS = 60_000;

/** Keeps a log as a file: by its address, or, where that is not enough, piece by piece. */
export function LogDownload({ source }: { source: LogSource }) {
  const { name, downloadHref, download } = source;
  if (downloadHref !== undefined) {
    return (
      <a class="button" href={downloadHref} download={name}>
        download
      </a>
    );
  }
  return download && <FetchedDownload key={source.key} download={download} />;
}

function FetchedDownload({ download }: { download: NonNullable<LogSource['download']> }) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const unwanted = useRef(new AbortController());
  useEffect(() => () => unwanted.current.abort(), []);
  const save = async () => {
    setState('busy');
    try {
      saveAs(await download.fetch(unwanted.current.signal), download.name);
      setState('idle');
    } catch {
      if (!unwanted.current.signal.aborted) setState('failed');
    }
  };
  return (
    <button type="button" disabled={state === 'busy'} onClick={() => void save()}>
      {LABELS[state]}
    </button>
  );
}

const LABELS = { idle: 'download', busy: 'downloading …', failed: 'download failed; again' };

function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
