/** What a probe has found in its time, or why it has not. */
export type Probed<Facts> =
  | { readonly kind: 'found'; readonly facts: Facts }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined }
  | { readonly kind: 'late'; readonly message: string };

/** A fact that was found without a probe. */
export function found<Facts>(facts: Facts): Probed<Facts> {
  return { kind: 'found', facts };
}

/** Runs a probe for so long at most. Its signal aborts when the time is up, or when nobody waits for it any more. */
export async function within<Facts>(
  limitMs: number,
  probe: (signal: AbortSignal) => Promise<Facts>,
): Promise<Probed<Facts>> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Probed<Facts>>((resolve) => {
    timer = setTimeout(() => {
      resolve({ kind: 'late', message: `gave no answer within ${limitMs / 1000} s` });
    }, limitMs);
  });
  try {
    return await Promise.race([probe(abort.signal).then(found<Facts>, failed), late]);
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

function failed(error: unknown): Probed<never> {
  const { message = String(error), code } = error as { message?: string; code?: unknown };
  return { kind: 'failed', message, code: typeof code === 'string' ? code : undefined };
}
