export { boxBoolean, boxDouble, boxInteger, boxLong, unbox } from './boxes.ts';
export { type ClassFile, type ClassMember, MODIFIERS, parseClassFile } from './class-file.ts';
export { ClassHierarchy } from './class-hierarchy.ts';
export { ClassPath } from './class-path.ts';
export { knownHierarchyOf } from './descriptor-plan.ts';
export {
  JAVA_SERIALIZATION_ERROR_CODES,
  JavaSerializationError,
  type JavaSerializationErrorCode,
} from './errors.ts';
export { jdkClasses } from './jdk-classes.ts';
export {
  DEFAULT_OBJECT_STREAM_LIMITS,
  type ObjectStreamLimits,
  type ReadObjectStreamOptions,
} from './limits.ts';
export {
  type ClassDescriptorSource,
  DESCRIPTOR_FLAGS,
  hierarchyOf,
  type JavaAnnotation,
  JavaArray,
  type JavaArrayElements,
  type JavaClassDescriptor,
  JavaClassReference,
  JavaDescriptorReference,
  JavaEnum,
  type JavaField,
  type JavaFieldValues,
  JavaObject,
  type JavaObjectLevel,
  type JavaTypeCode,
  type JavaValue,
} from './model.ts';
export { decodeModifiedUtf8, encodeModifiedUtf8 } from './modified-utf8.ts';
export {
  type WriteObjectStreamOptions,
  writeObjectStream,
  writeObjectStreamContents,
} from './object-stream-writer.ts';
export {
  readObjectStream,
  readObjectStreamContents,
} from './read-object-stream.ts';
export { defaultSerialVersionUid, serialVersionUid } from './serial-version-uid.ts';
