/** What this package needs of a logger; pino's fits. It makes none itself. */
export interface Logger {
  debug(fields: object, phrase: string): void;
  info(fields: object, phrase: string): void;
  warn(fields: object, phrase: string): void;
  error(fields: object, phrase: string): void;
  child(fields: object): Logger;
}
