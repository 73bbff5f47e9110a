/** Writes what jute, ZooKeeper's encoding, has: big-endian numbers, and bytes behind their length. */
export class PacketWriter {
  readonly #parts: Buffer[] = [];

  int(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    this.#parts.push(bytes);
    return this;
  }

  long(value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    this.#parts.push(bytes);
    return this;
  }

  boolean(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]));
    return this;
  }

  bytes(value: Uint8Array): this {
    this.int(value.length);
    this.#parts.push(Buffer.from(value));
    return this;
  }

  text(value: string): this {
    return this.bytes(Buffer.from(value));
  }

  /** A node's Stat, of which the client looks at the version alone. */
  stat(version: number): this {
    this.long(1n).long(1n).long(0n).long(0n).int(version).int(0).int(0);
    return this.long(0n).int(0).int(0).long(1n);
  }

  /** With its length before it. */
  packet(): Buffer {
    const body = Buffer.concat(this.#parts);
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length);
    return Buffer.concat([length, body]);
  }
}

/** Reads what {@link PacketWriter} writes. */
export class PacketReader {
  readonly #packet: Buffer;
  #at = 0;

  constructor(packet: Buffer) {
    this.#packet = packet;
  }

  int(): number {
    this.#at += 4;
    return this.#packet.readInt32BE(this.#at - 4);
  }

  long(): bigint {
    this.#at += 8;
    return this.#packet.readBigInt64BE(this.#at - 8);
  }

  boolean(): boolean {
    this.#at += 1;
    return this.#packet.readUInt8(this.#at - 1) !== 0;
  }

  /** A length of -1 is that of nothing. */
  bytes(): Buffer {
    const length = Math.max(0, this.int());
    this.#at += length;
    return this.#packet.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return this.bytes().toString('utf8');
  }

  /** Permissions, scheme and id of each entry. */
  accessList(): readonly { permissions: number; scheme: string; id: string }[] {
    return Array.from({ length: this.int() }, () => ({
      permissions: this.int(),
      scheme: this.text(),
      id: this.text(),
    }));
  }
}
