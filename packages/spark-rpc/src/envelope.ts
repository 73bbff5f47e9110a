import {
  decodeModifiedUtf8,
  encodeModifiedUtf8,
  JavaSerializationError,
} from '@spark-mesos/java-serialization';
import { SparkRpcError } from './errors.ts';
import type { RpcAddress } from './rpc-address.ts';

/**
 * What every RPC between two RpcEnvs is wrapped in.
 *
 *     envelope => sender:address receiver:address endpoint:utf content
 *     address  => 0 | 1 host:utf port:int32
 *     utf      => length:uint16 bytes, in Java's modified UTF-8
 *     content  => a Java object stream
 *
 * Source: Spark's `org.apache.spark.rpc.netty.RequestMessage`. Answers have no envelope.
 */
export interface Envelope {
  /** The RPC server of the sender; undefined when it has none, as executors do not. */
  readonly sender: RpcAddress | undefined;
  /** The address that the sender dialled. Nobody checks it. */
  readonly receiver: RpcAddress | undefined;
  /** The name of the endpoint that the message is for. */
  readonly endpoint: string;
  /** A view of the rest. */
  readonly content: Uint8Array;
}

const MAX_UTF_BYTES = 0xffff;
const NO_ADDRESS = Uint8Array.of(0);

/** Whether a body begins as an envelope does; what begins otherwise is a step of authentication. */
export function isEnvelope(body: Uint8Array): boolean {
  return body[0] === 0 || body[0] === 1;
}

/** Reads an envelope; the content is not looked at. */
export function decodeEnvelope(body: Uint8Array): Envelope {
  const reader = new EnvelopeReader(body);
  const sender = reader.readAddress();
  const receiver = reader.readAddress();
  const endpoint = reader.readUtf();
  return { sender, receiver, endpoint, content: reader.rest };
}

/** Writes an envelope around its content. */
export function encodeEnvelope({ sender, receiver, endpoint, content }: Envelope): Uint8Array {
  const parts = [addressBytes(sender), addressBytes(receiver), utfBytes(endpoint), content];
  return Buffer.concat(parts);
}

/** The same few are written again and again. */
const MAX_REMEMBERED = 1000;
const rememberedAddresses = new Map<string, Uint8Array>();
const rememberedNames = new Map<string, Uint8Array>();

function addressBytes(address: RpcAddress | undefined): Uint8Array {
  if (address === undefined) return NO_ADDRESS;
  const key = `${address.port}:${address.host}`;
  return remember(rememberedAddresses, key, () => {
    const port = Buffer.alloc(4);
    port.writeInt32BE(address.port);
    return Buffer.concat([Uint8Array.of(1), encodeUtf(address.host), port]);
  });
}

function utfBytes(text: string): Uint8Array {
  return remember(rememberedNames, text, () => encodeUtf(text));
}

function remember(remembered: Map<string, Uint8Array>, key: string, make: () => Uint8Array): Uint8Array {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(key, made);
  return made;
}

function encodeUtf(text: string): Uint8Array {
  const bytes = encodeModifiedUtf8(text);
  if (bytes.byteLength > MAX_UTF_BYTES) {
    throw new SparkRpcError(
      'SPARK_RPC_ENVELOPE_MALFORMED',
      `a name of ${bytes.byteLength} bytes is too long`,
    );
  }
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.byteLength);
  return Buffer.concat([length, bytes]);
}

class EnvelopeReader {
  readonly #body: Buffer;
  #offset = 0;

  constructor(body: Uint8Array) {
    this.#body = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }

  get rest(): Uint8Array {
    return this.#body.subarray(this.#offset);
  }

  readAddress(): RpcAddress | undefined {
    const flag = this.#body[this.#advance(1)];
    if (flag === 0) return undefined;
    if (flag !== 1) throw malformed(`an address begins with ${flag}`);
    const host = this.readUtf();
    const port = this.#body.readInt32BE(this.#advance(4));
    if (port < 0 || port > 65_535) throw malformed(`port ${port}`);
    return { host, port };
  }

  readUtf(): string {
    const length = this.#body.readUInt16BE(this.#advance(2));
    const start = this.#advance(length);
    try {
      return decodeModifiedUtf8(this.#body, start, start + length);
    } catch (error) {
      if (error instanceof JavaSerializationError) throw malformed(error.message);
      throw error;
    }
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (length > this.#body.byteLength - start) {
      throw malformed(`${length} bytes are wanted at offset ${start} of ${this.#body.byteLength}`);
    }
    this.#offset = start + length;
    return start;
  }
}

function malformed(what: string): SparkRpcError {
  return new SparkRpcError('SPARK_RPC_ENVELOPE_MALFORMED', `this is no RPC message: ${what}`);
}
