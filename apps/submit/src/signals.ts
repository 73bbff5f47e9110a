/** The signals that end a program unless it says otherwise. */
export const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One of {@link ENDING_SIGNALS}. */
export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** What is done about a signal at present. */
export type SignalHandler = (signal: EndingSignal) => void;

/** The part of `process` that is needed; tests hand in an emitter. */
export interface SignalSource {
  on(signal: EndingSignal, listener: () => void): unknown;
  off(signal: EndingSignal, listener: () => void): unknown;
}

/**
 * Takes the ending signals from the first moment to the last, so that none ends us before our framework: what one
 * means depends on what is going on, so the handler is exchanged as the run goes on.
 */
export class Signals {
  readonly #source: SignalSource;
  readonly #listeners: readonly (readonly [EndingSignal, () => void])[];
  #handler: SignalHandler;

  constructor(source: SignalSource, handler: SignalHandler) {
    this.#source = source;
    this.#handler = handler;
    this.#listeners = ENDING_SIGNALS.map((signal) => [signal, () => this.#handler(signal)] as const);
    for (const [signal, listener] of this.#listeners) source.on(signal, listener);
  }

  /** From now on, this is done about a signal. */
  handle(handler: SignalHandler): void {
    this.#handler = handler;
  }

  /** Resolves with the next signal. */
  next(): Promise<EndingSignal> {
    return new Promise((resolve) => this.handle(resolve));
  }

  close(): void {
    for (const [signal, listener] of this.#listeners) this.#source.off(signal, listener);
  }
}

/**
 * Whether a signal is to be passed on to the driver. The terminal sends Ctrl-C to every process of the foreground
 * group, the driver among them; twice would be once too often in a shell, where the first Ctrl-C ends a job and the
 * second the shell. Without a terminal the signal was meant for us alone. The other two end the driver, and do no
 * harm twice.
 */
export function mustPassOn(signal: EndingSignal, onTerminal: boolean): boolean {
  return signal !== 'SIGINT' || !onTerminal;
}
