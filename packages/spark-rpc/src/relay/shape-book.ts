import { MoreBytesWanted } from './head-cursor.ts';
import {
  bodyOffsetOf,
  isMessage,
  type MessageLayout,
  type MessageShape,
  scanMessage,
} from './message-shape.ts';

/** One connection has as many kinds of beginnings as kinds of messages. */
const MAX_SHAPES = 8;
/** Beginnings have some 400 bytes, and names in them could be longer. */
const MAX_START_BYTES = 4 * 1024;
/** Enough for nearly all, so that a frame in several pieces need not be looked at again and again. */
const FIRST_LOOK_BYTES = 1024;
/** A frame that has said nothing after so many bytes is none of ours. */
const MAX_LOOK_BYTES = 64 * 1024;

/** What is known of a frame: how many bytes of it are to be seen first; or its shape; undefined if it is none of ours. */
export type Finding = number | MessageShape | undefined;

/**
 * Knows messages by their first bytes. A Java stream repeats the descriptions of its classes in each message, so all
 * messages of a kind and a connection begin alike, up to their first value: they are scanned once and then compared.
 */
export class ShapeBook {
  readonly #shapes: MessageShape[] = [];

  /** Looks at the first bytes of a frame. */
  find(head: Buffer, frameBytes: number): Finding {
    if (!isMessage(head)) return undefined;
    const enough = Math.min(frameBytes, FIRST_LOOK_BYTES);
    if (head.byteLength < enough) return enough;
    const bodyOffset = bodyOffsetOf(head);
    for (const shape of this.#shapes) {
      if (shape.layout !== undefined && fits(shape.layout, head, bodyOffset)) return shape;
    }
    return this.#scan(head, bodyOffset, frameBytes);
  }

  #scan(head: Buffer, bodyOffset: number, frameBytes: number): Finding {
    try {
      const shape = scanMessage(head, bodyOffset);
      if (shape?.layout !== undefined) this.#remember(shape, shape.layout);
      return shape;
    } catch (error) {
      if (!(error instanceof MoreBytesWanted)) throw error;
      return error.bytes > Math.min(frameBytes, MAX_LOOK_BYTES) ? undefined : error.bytes;
    }
  }

  #remember(shape: MessageShape, { start }: MessageLayout): void {
    if (start.byteLength > MAX_START_BYTES) return;
    if (this.#shapes.length >= MAX_SHAPES) this.#shapes.pop();
    this.#shapes.unshift(shape);
  }
}

function fits({ start, primitiveBytes, buffer }: MessageLayout, head: Buffer, bodyOffset: number): boolean {
  const startEnd = bodyOffset + start.byteLength;
  if (startEnd > head.byteLength) return false;
  if (head.compare(start, 0, start.byteLength, bodyOffset, startEnd) !== 0) return false;
  if (buffer === undefined) return startEnd + primitiveBytes <= head.byteLength;
  const bufferStart = startEnd + primitiveBytes;
  const bufferEnd = bufferStart + buffer.byteLength;
  return (
    bufferEnd <= head.byteLength && head.compare(buffer, 0, buffer.byteLength, bufferStart, bufferEnd) === 0
  );
}
