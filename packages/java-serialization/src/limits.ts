/** What a stream may ask of its reader. Every one is checked before anything is allocated for it. */
export interface ObjectStreamLimits {
  /** How deep values may be nested. */
  readonly maxDepth: number;
  /** Length of one array. */
  readonly maxArrayLength: number;
  /** Length of one string, in bytes of modified UTF-8. */
  readonly maxStringBytes: number;
  /** Objects (each class of their hierarchy), strings, arrays and descriptors of one stream together. */
  readonly maxHandles: number;
  /** Fields of one class. */
  readonly maxFields: number;
}

/** Generous for any RPC message, and far from what would hurt the process. */
export const DEFAULT_OBJECT_STREAM_LIMITS: ObjectStreamLimits = {
  maxDepth: 256,
  maxArrayLength: 64 * 1024 * 1024,
  maxStringBytes: 16 * 1024 * 1024,
  maxHandles: 500_000,
  maxFields: 4_096,
};

/** Limits and choices of one reading. */
export interface ReadObjectStreamOptions extends Partial<ObjectStreamLimits> {
  /**
   * Notes which equal strings were different objects, so that `writeObjectStream` gives the very same bytes.
   * Off, since strings are otherwise the same to everybody; default false.
   */
  readonly keepStringIdentity?: boolean;
}
