import { decodeModifiedUtf8, JavaSerializationError } from '@spark-mesos/java-serialization';

/** More of a frame is to be seen before anything can be said. */
export class MoreBytesWanted extends Error {
  override readonly name = 'MoreBytesWanted';
  /** How many bytes of the frame, from its beginning. */
  readonly bytes: number;

  constructor(bytes: number) {
    super(`the first ${bytes} bytes are wanted`);
    this.bytes = bytes;
  }
}

/** The bytes are not what was looked for; what they are is for somebody else to say. */
export class UnknownShape extends Error {
  override readonly name = 'UnknownShape';
}

/** Reads a frame's beginning, of which the rest may not have arrived. */
export class HeadCursor {
  readonly bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset: number) {
    this.bytes = bytes;
    this.offset = offset;
  }

  /** Steps over bytes that must be there, and says where they begin. */
  skip(length: number): number {
    const start = this.offset;
    if (start + length > this.bytes.byteLength) throw new MoreBytesWanted(start + length);
    this.offset = start + length;
    return start;
  }

  readUInt8(): number {
    return this.bytes.readUInt8(this.skip(1));
  }

  readUInt16(): number {
    return this.bytes.readUInt16BE(this.skip(2));
  }

  readInt32(): number {
    return this.bytes.readInt32BE(this.skip(4));
  }

  /** A number that JavaScript holds exactly; Spark counts from 0. */
  readInt64(): number {
    const start = this.skip(8);
    const value = this.bytes.readInt32BE(start) * 0x1_0000_0000 + this.bytes.readUInt32BE(start + 4);
    if (!Number.isSafeInteger(value)) throw new UnknownShape('a number is too large');
    return value;
  }

  /** Text in Java's modified UTF-8, with its length before it. */
  readUtf(): string {
    const length = this.readUInt16();
    const start = this.skip(length);
    try {
      return decodeModifiedUtf8(this.bytes, start, start + length);
    } catch (error) {
      if (error instanceof JavaSerializationError) throw new UnknownShape(error.message);
      throw error;
    }
  }

  skipUtf(): void {
    this.skip(this.readUInt16());
  }

  /** Whether the next byte is this one, and steps over it if so. */
  has(byte: number): boolean {
    const start = this.offset;
    if (this.readUInt8() === byte) return true;
    this.offset = start;
    return false;
  }

  expect(byte: number): void {
    if (!this.has(byte)) throw new UnknownShape(`0x${byte.toString(16)} is not what follows`);
  }
}
