// Grammar: Java Object Serialization Specification, chapter 6 (protocol version 2, stream version 5).

/** First two bytes of every stream. */
export const STREAM_MAGIC = 0xaced;
/** The only stream version that there is. */
export const STREAM_VERSION = 5;
/** The first handle that a stream gives out. */
export const BASE_WIRE_HANDLE = 0x7e0000;
/** What `ObjectOutputStream` collects before it writes a block of primitive data. */
export const BLOCK_BYTES = 1024;

export const TC_NULL = 0x70;
export const TC_REFERENCE = 0x71;
export const TC_CLASSDESC = 0x72;
export const TC_OBJECT = 0x73;
export const TC_STRING = 0x74;
export const TC_ARRAY = 0x75;
export const TC_CLASS = 0x76;
export const TC_BLOCKDATA = 0x77;
export const TC_ENDBLOCKDATA = 0x78;
export const TC_RESET = 0x79;
export const TC_BLOCKDATALONG = 0x7a;
export const TC_EXCEPTION = 0x7b;
export const TC_LONGSTRING = 0x7c;
export const TC_PROXYCLASSDESC = 0x7d;
export const TC_ENUM = 0x7e;
