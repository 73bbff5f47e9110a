/**
 * Where a library writes what happens. Structurally the one of pino, so that an application hands its own in;
 * libraries take one and never make one.
 */
export interface Logger {
  /** What is of use when something is looked for. */
  debug(fields: object, phrase: string): void;
  /** What happens in the ordinary course. */
  info(fields: object, phrase: string): void;
  /** What should not be, and is coped with. */
  warn(fields: object, phrase: string): void;
  /** What went wrong and was given up. */
  error(fields: object, phrase: string): void;
  /** One whose lines all have these fields, too. */
  child(fields: object): Logger;
}

/** A logger that drops everything: the default where a caller gives none. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};
