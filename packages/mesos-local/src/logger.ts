/** What the embedded Mesos asks of a logger; pino fits, and so does any object with these methods. */
export interface LocalMesosLogger {
  debug(fields: object, phrase: string): void;
  info(fields: object, phrase: string): void;
  warn(fields: object, phrase: string): void;
  error(fields: object, phrase: string): void;
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
