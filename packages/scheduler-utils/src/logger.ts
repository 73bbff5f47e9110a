/**
 * Where a library writes what happens. Structurally the one of pino, so that an application hands its own in;
 * libraries take one and never make one.
 */
export interface Logger {
  debug(fields: object, phrase: string): void;
  info(fields: object, phrase: string): void;
  warn(fields: object, phrase: string): void;
  error(fields: object, phrase: string): void;
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
