export {
  codecOf,
  type DecodableClass,
  decodeMessage,
  type EncodableClass,
  encodeMessage,
  type MesosCodec,
  type MesosContentType,
} from './codec.ts';
export { MESOS_PROTO_ERROR_CODES, MesosProtoError, type MesosProtoErrorCode } from './errors.ts';
export { mesos } from './generated/mesos.js';
export { type Int64, toBigInt, toInt64, toSafeNumber, toUint64 } from './integers.ts';
export { fromMesosJson } from './json/from-json.ts';
export type { MessageClass } from './json/schema.ts';
export { stringifyMesosJson, type ToJsonOptions, toMesosJson } from './json/to-json.ts';
export { type JsonObject, type JsonValue, parseJson, stringifyJson } from './json/value.ts';
export {
  DEFAULT_MAX_RECORD_BYTES,
  encodeRecord,
  RecordIoDecoder,
  type RecordIoDecoderOptions,
} from './record-io.ts';
