/** What the embedded Mesos asks of a logger; pino fits, and so does any object with these methods. */
export interface LocalMesosLogger {
  /** What is of use when something is looked for. */
  debug(fields: object, phrase: string): void;
  /** What happens in the ordinary course. */
  info(fields: object, phrase: string): void;
  /** What should not be, and is coped with. */
  warn(fields: object, phrase: string): void;
  /** What went wrong and was given up. */
  error(fields: object, phrase: string): void;
  /** One whose lines all have these fields, too. */
  child(fields: object): LocalMesosLogger;
}

/** A logger that says nothing; used when none is handed in. */
export const silentLogger: LocalMesosLogger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
