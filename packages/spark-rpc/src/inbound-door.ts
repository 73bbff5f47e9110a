import type { Socket } from 'node:net';
import { firstByte, secureInbound, TLS_FIRST_BYTE, type TlsMaterial } from '@spark-mesos/spark-network';
import type { ConnectionLimits } from './connection-limits.ts';
import type { SparkRpcError } from './errors.ts';
import { refuseEverything } from './plain-refusal.ts';
import { plainRefusal, tlsRefusal } from './refusals.ts';

/** No frame is as long as 2^56 bytes. */
const SPARK_FIRST_BYTE = 0;

/** What an {@link InboundDoor} is made of. */
export interface InboundDoorOptions {
  /** Lets no driver in that does not speak TLS. */
  readonly tls: TlsMaterial | undefined;
  readonly limits: ConnectionLimits;
  readonly enter: (socket: Socket) => void;
  /** Takes those that speak neither as Spark does nor TLS. */
  readonly takeOther: ((socket: Socket, firstByte: number) => void) | undefined;
  /** Takes those that speak TLS where `tls` is not set. */
  readonly takeTls: ((socket: Socket) => void) | undefined;
  readonly refused: (socket: Socket, reason: SparkRpcError) => void;
}

/** Where connections come in; what they are is told by their first byte, where that makes a difference. */
export class InboundDoor {
  readonly #options: InboundDoorOptions;
  /** Sockets that have said nothing yet, and those that are not let in. */
  readonly #outside = new Set<Socket>();
  #closed = false;

  constructor(options: InboundDoorOptions) {
    this.#options = options;
  }

  welcome(socket: Socket): void {
    const { tls, takeOther, takeTls, limits, enter } = this.#options;
    if (tls === undefined && takeOther === undefined && takeTls === undefined) {
      enter(socket);
      return;
    }
    this.#outside.add(socket);
    socket.on('close', () => this.#outside.delete(socket));
    // It never rejects.
    void firstByte(socket, limits.frameTimeoutMs).then((byte) => this.#tellApart(socket, byte));
  }

  /** Shuts it, also for those who have not come in. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#outside) socket.destroy();
  }

  #tellApart(socket: Socket, byte: number | undefined): void {
    const { tls, takeOther, takeTls } = this.#options;
    if (byte === undefined || this.#closed) socket.destroy();
    else if (byte === SPARK_FIRST_BYTE) this.#takeSpark(socket);
    else if (byte === TLS_FIRST_BYTE && tls !== undefined) this.#takeSecure(socket, tls);
    else if (byte === TLS_FIRST_BYTE && takeTls !== undefined) takeTls(socket);
    else if (byte !== TLS_FIRST_BYTE && takeOther !== undefined) takeOther(socket, byte);
    // It is told there what it does wrong.
    else this.#enter(socket);
  }

  #takeSpark(socket: Socket): void {
    const { tls, limits, refused } = this.#options;
    if (tls === undefined) {
      this.#enter(socket);
      return;
    }
    const refusal = plainRefusal();
    refused(socket, refusal);
    // In the clear, since it understands nothing else.
    refuseEverything(socket, refusal.message, limits);
  }

  #takeSecure(socket: Socket, tls: TlsMaterial): void {
    const { limits, refused } = this.#options;
    void secureInbound(socket, tls, limits.frameTimeoutMs).then((outcome) => {
      if (!outcome.ok) refused(socket, tlsRefusal(outcome.reason));
      else if (this.#closed) outcome.socket.destroy();
      else this.#tellApartWithin(socket, outcome.socket);
    });
  }

  /** What comes through TLS need not be Spark either. */
  #tellApartWithin(socket: Socket, secure: Socket): void {
    const { takeOther, limits } = this.#options;
    if (takeOther === undefined) {
      this.#outside.delete(socket);
      this.#options.enter(secure);
      return;
    }
    // It never rejects.
    void firstByte(secure, limits.frameTimeoutMs).then((byte) => {
      if (byte === undefined || this.#closed) secure.destroy();
      else if (byte !== SPARK_FIRST_BYTE) takeOther(secure, byte);
      else {
        this.#outside.delete(socket);
        this.#options.enter(secure);
      }
    });
  }

  #enter(socket: Socket): void {
    this.#outside.delete(socket);
    this.#options.enter(socket);
  }
}
