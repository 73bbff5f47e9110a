/** Bytes before a frame's header: its length as an int64, and its type. */
export const FRAME_PREFIX_BYTES = 9;

const UTF_8 = new TextEncoder();

/** UTF-8 with its length in front as an int32, as Spark's `Encoders.Strings` writes it. */
export function encodeText(text: string): Uint8Array {
  const encoded = UTF_8.encode(text);
  const bytes = new Uint8Array(4 + encoded.byteLength);
  new DataView(bytes.buffer).setInt32(0, encoded.byteLength);
  bytes.set(encoded, 4);
  return bytes;
}

/** Bytes with their count in front as an int32, as Spark's `Encoders.ByteArrays` writes them. */
export function encodeBytes(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + content.byteLength);
  new DataView(bytes.buffer).setInt32(0, content.byteLength);
  bytes.set(content, 4);
  return bytes;
}

/** An int32. */
export function encodeInt32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return bytes;
}

/**
 * Makes the start of a frame: length, type and room for `headerBytes`, which `fill` writes from its offset on.
 * The length counts the body, which the caller sends after it, so that a large body is never copied.
 */
export function encodeHead(
  type: number,
  headerBytes: number,
  bodyBytes: number,
  fill: (view: DataView, offset: number, bytes: Uint8Array) => void,
): Uint8Array {
  const bytes = new Uint8Array(FRAME_PREFIX_BYTES + headerBytes);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, BigInt(bytes.byteLength + bodyBytes));
  view.setUint8(8, type);
  fill(view, FRAME_PREFIX_BYTES, bytes);
  return bytes;
}
