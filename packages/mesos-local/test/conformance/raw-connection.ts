import { connect, type Socket } from 'node:net';
import { isStream, parseMessages, recordsOf, type WireMessage } from './http-wire.ts';

/** A TCP connection on which bytes go out as they are, and HTTP messages come back. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #waiters = new Set<() => void>();
  #received = Buffer.alloc(0);
  #isClosed = false;

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#tell();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#tell();
    });
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The response with this number: whole, or the head of a stream. */
  response(index: number, timeoutMs: number, hasBody = true): Promise<WireMessage | undefined> {
    return this.#wait(timeoutMs, () => {
      const found = parseMessages(this.#received)[index];
      return found && (found.isComplete || isStream(found) || !hasBody) ? found : undefined;
    });
  }

  /** The first record of the stream for which this is true. */
  record<T>(timeoutMs: number, take: (records: Uint8Array[]) => T | undefined): Promise<T | undefined> {
    return this.#wait(timeoutMs, () => {
      const stream = parseMessages(this.#received).at(-1);
      return stream === undefined ? undefined : take(recordsOf(stream));
    });
  }

  /** Whether the stream is ended in good order within the time. */
  async ends(timeoutMs: number): Promise<boolean> {
    const end = await this.#wait(
      timeoutMs,
      () => parseMessages(this.#received).at(-1)?.isComplete || undefined,
    );
    return end === true;
  }

  /** Whether the other side closes the connection within the time. */
  async closes(timeoutMs: number): Promise<boolean> {
    return (await this.#wait(timeoutMs, () => this.#isClosed || undefined)) === true;
  }

  close(): void {
    this.#socket.destroy();
  }

  #tell(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  #wait<T>(timeoutMs: number, look: () => T | undefined): Promise<T | undefined> {
    const found = look();
    if (found !== undefined || this.#isClosed) return Promise.resolve(found);
    return new Promise((resolve) => {
      const done = (value: T | undefined) => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        resolve(value);
      };
      const check = () => {
        const seen = look();
        if (seen !== undefined || this.#isClosed) done(seen);
      };
      const timer = setTimeout(() => done(look()), timeoutMs);
      this.#waiters.add(check);
    });
  }
}
