import protobuf from 'protobufjs/minimal.js';
import { MesosProtoError } from './errors.ts';
import { fromMesosJson } from './json/from-json.ts';
import { missingFields } from './json/missing-fields.ts';
import { isComplete, type MessageClass, type MessageRecord, typeOfClass } from './json/schema.ts';
import { stringifyMesosJson, type ToJsonOptions } from './json/to-json.ts';
import { parseJson } from './json/value.ts';

/** Anything that can be written as `type`: an instance of the class or a plain object of its interface. */
export interface EncodableClass<T> extends MessageClass<unknown> {
  /** Writes a message. */
  encode(message: T, writer?: protobuf.Writer): protobuf.Writer;
}

/** Anything that can be read as `T`. */
export interface DecodableClass<T> extends MessageClass<unknown> {
  /** Reads a message; throws when the bytes are none. */
  decode(reader: protobuf.Reader | Uint8Array, length?: number): T;
}

/** The two forms that the v1 API speaks. */
export type MesosContentType = 'protobuf' | 'json';

/** Messages to bytes and back, in one of the two forms. */
export interface MesosCodec {
  /** The value of Content-Type and Accept. Mesos wants it exactly so, without a charset. */
  readonly mediaType: string;
  /** Throws MESOS_MESSAGE_INCOMPLETE when a required field is missing. */
  encode<T>(type: EncodableClass<T>, message: T): Uint8Array;
  /** Throws a coded error, whatever the bytes are. */
  decode<T>(type: DecodableClass<T>, bytes: Uint8Array): T;
}

/** The codec of a content type; `options` shape its JSON. */
export function codecOf(contentType: MesosContentType, options: ToJsonOptions = {}): MesosCodec {
  return contentType === 'json' ? jsonCodec(options) : PROTOBUF_CODEC;
}

/**
 * The bytes of a message.
 *
 * The generated `encode` alone would write a NaN for a required number that is not set, and throw a TypeError
 * for a text.
 */
export function encodeMessage<T>(type: EncodableClass<T>, message: T): Uint8Array {
  return encodeComplete(type, message, () => {
    const writer = spareWriter ?? protobuf.Writer.create();
    spareWriter = undefined;
    writer.pos = 0;
    const bytes = type.encode(message, writer).finish();
    if (bytes.length <= MAX_SPARE_BYTES) {
      spareWriter = writer;
    }
    return bytes;
  });
}

/** A writer that has grown once need not grow for each message; `finish` copies out of it. */
let spareWriter: protobuf.Writer | undefined;
const MAX_SPARE_BYTES = 1024 * 1024;

/**
 * The message in these bytes.
 *
 * Fields that this version does not know are kept with the message and written again when it is encoded,
 * so that a resource from a newer master can be handed back whole. Copies made by spreading lose them.
 */
export function decodeMessage<T>(type: DecodableClass<T>, bytes: Uint8Array): T {
  try {
    // Not a Buffer: protobufjs reads short strings faster without its special case for these.
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const reader = protobuf.Reader.create(view);
    reader.discardUnknown = false;
    return type.decode(reader);
  } catch (cause) {
    throw new MesosProtoError('MESOS_MESSAGE_INVALID', `cannot decode the message: ${textOf(cause)}`, {
      cause,
    });
  }
}

const PROTOBUF_CODEC: MesosCodec = {
  mediaType: 'application/x-protobuf',
  encode: encodeMessage,
  decode: decodeMessage,
};

function jsonCodec(options: ToJsonOptions): MesosCodec {
  return {
    mediaType: 'application/json',
    encode: (type, message) =>
      encodeComplete(type, message, () =>
        new TextEncoder().encode(stringifyMesosJson(type, message, options)),
      ),
    decode<T>(type: DecodableClass<T>, bytes: Uint8Array): T {
      return fromMesosJson(type as unknown as MessageClass<T>, parseJson(decodeUtf8(bytes)));
    },
  };
}

/** Refuses a message that lacks required fields, and anything else that a caller without types may hand in. */
function encodeComplete(type: MessageClass<unknown>, message: unknown, encode: () => Uint8Array): Uint8Array {
  try {
    if (isComplete(type, message)) {
      return encode();
    }
    const missing = missingFields(typeOfClass(type), message as MessageRecord);
    const detail = `Missing required fields: ${missing.join(', ')}`;
    throw new MesosProtoError('MESOS_MESSAGE_INCOMPLETE', detail, { detail });
  } catch (cause) {
    if (cause instanceof MesosProtoError) {
      throw cause;
    }
    throw new MesosProtoError(
      'MESOS_MESSAGE_INVALID',
      `cannot encode ${typeOfClass(type).name}: ${textOf(cause)}`,
      { cause },
    );
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new MesosProtoError('MESOS_JSON_SYNTAX', 'not JSON: the bytes are not UTF-8', { cause });
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
