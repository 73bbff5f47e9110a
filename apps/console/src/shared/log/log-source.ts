/** A piece of a file. */
export interface FileChunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A text file that grows, wherever it is. */
export interface LogSource {
  /** Tells it from all others. */
  readonly key: string;
  /** What it is called. */
  readonly name: string;
  sizeBytes(signal: AbortSignal): Promise<number>;
  read(
    asked: { readonly offset: number; readonly length: number },
    signal: AbortSignal | undefined,
  ): Promise<FileChunk>;
  /** Where all of it can be fetched from, if it can. */
  readonly downloadHref?: string;
  /** How all of it is fetched, where an address alone is not enough. */
  readonly download?: {
    /** What the file is to be called. */
    readonly name: string;
    readonly fetch: (signal: AbortSignal) => Promise<Blob>;
  };
}
