import {
  JavaObject,
  type JavaValue,
  readObjectStream,
  writeObjectStream,
} from '@spark-mesos/java-serialization';
import type { Envelope } from '../src/envelope.ts';
import type { Logger } from '../src/logger.ts';
import type { DriverHandle, MasterHandler } from '../src/master-handler.ts';
import type { ApplicationDescription } from '../src/messages/application-description.ts';
import type { SessionConnection } from '../src/session-connection.ts';

/** A connection that keeps what was sent, and answers questions as it is told. */
export class FakeConnection implements SessionConnection {
  readonly sent: Envelope[] = [];
  readonly refusals: string[] = [];
  readonly closings: string[] = [];
  nextAnswer: (asked: Envelope) => Uint8Array | JavaValue = () => null;

  /** The objects that were sent. */
  get messages(): JavaObject[] {
    return this.sent.map(({ content }) => {
      const value = readObjectStream(content);
      if (value instanceof JavaObject) return value;
      throw new Error('no object was sent');
    });
  }

  /** The short names of the classes of what was sent. */
  get kinds(): string[] {
    return this.messages.map(({ className }) => className.replace(/^.*[.$](?=\w+$)/, ''));
  }

  send(envelope: Envelope): void {
    this.sent.push(envelope);
  }

  ask(envelope: Envelope): Promise<Uint8Array> {
    const answer = this.nextAnswer(envelope);
    return Promise.resolve(answer instanceof Uint8Array ? answer : writeObjectStream(answer));
  }

  refuse(reason: string): void {
    this.refusals.push(reason);
  }

  close(reason: string): Promise<void> {
    this.closings.push(reason);
    return Promise.resolve();
  }
}

/** A logger that keeps its lines. */
export class RecordingLogger implements Logger {
  readonly lines: { readonly level: string; readonly phrase: string; readonly fields: object }[];
  readonly #bound: object;

  constructor(lines: { level: string; phrase: string; fields: object }[] = [], bound: object = {}) {
    this.lines = lines;
    this.#bound = bound;
  }

  debug(fields: object, phrase: string): void {
    this.lines.push({ level: 'debug', phrase, fields: { ...this.#bound, ...fields } });
  }

  info(fields: object, phrase: string): void {
    this.lines.push({ level: 'info', phrase, fields: { ...this.#bound, ...fields } });
  }

  warn(fields: object, phrase: string): void {
    this.lines.push({ level: 'warn', phrase, fields: { ...this.#bound, ...fields } });
  }

  error(fields: object, phrase: string): void {
    this.lines.push({ level: 'error', phrase, fields: { ...this.#bound, ...fields } });
  }

  child(fields: object): Logger {
    return new RecordingLogger(this.lines as { level: string; phrase: string; fields: object }[], {
      ...this.#bound,
      ...fields,
    });
  }
}

/** A cluster manager that writes down what it is told. */
export class RecordingHandler implements MasterHandler {
  readonly calls: unknown[][] = [];
  readonly drivers: DriverHandle[] = [];
  decision: boolean | Promise<boolean> = true;
  onRegister: (driver: DriverHandle) => void = () => {};
  onRefused: () => void = () => {};

  registerApplication(application: ApplicationDescription, driver: DriverHandle): void {
    this.calls.push(['registerApplication', application.name]);
    this.drivers.push(driver);
    this.onRegister(driver);
  }

  unregisterApplication(appId: string, driver: DriverHandle): void {
    this.calls.push(['unregisterApplication', appId, driver.id]);
  }

  requestExecutors(
    appId: string,
    totals: ReadonlyMap<number, { total: number }>,
  ): boolean | Promise<boolean> {
    this.calls.push(['requestExecutors', appId, [...totals].map(([id, { total }]) => [id, total])]);
    return this.decision;
  }

  killExecutors(appId: string, executorIds: readonly string[]): boolean | Promise<boolean> {
    this.calls.push(['killExecutors', appId, executorIds]);
    return this.decision;
  }

  driverDisconnected(driver: DriverHandle): void {
    this.calls.push(['driverDisconnected', driver.id]);
  }

  driverRefused(reason: { readonly code: string }): void {
    this.calls.push(['driverRefused', reason.code]);
    this.onRefused();
  }
}
