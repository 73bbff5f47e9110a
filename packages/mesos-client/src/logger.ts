/** Where the client tells what it does: fields first, then a fixed phrase, as pino has it. */
export interface Logger {
  /** What is of use when something is looked for. */
  debug(fields: object, phrase: string): void;
  /** What happens in the ordinary course. */
  info(fields: object, phrase: string): void;
  /** What should not be, and is coped with. */
  warn(fields: object, phrase: string): void;
  /** What went wrong and was given up. */
  error(fields: object, phrase: string): void;
}

const nothing = (): void => {};

/** Tells nobody. */
export const SILENT_LOGGER: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
