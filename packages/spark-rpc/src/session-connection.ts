import type { Envelope } from './envelope.ts';

/** What the master's side of a conversation needs of its connection. */
export interface SessionConnection {
  /** Sends a message that wants no answer; dropped when the connection is no more. */
  send(envelope: Envelope): void;
  /** Asks, and resolves to the answer: a Java object stream. */
  ask(envelope: Envelope, timeoutMs: number): Promise<Uint8Array>;
  /** Counts and logs something that the peer should not have sent. */
  refuse(reason: string, fields?: object): void;
  /** Closes after what was sent before has gone out. */
  close(reason: string): Promise<void>;
}
