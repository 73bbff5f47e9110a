import {
  DESCRIPTOR_FLAGS,
  type JavaClassDescriptor,
  type JavaField,
  type JavaTypeCode,
} from '../src/index.ts';

/** A descriptor for tests; fields are given as `I:count` or `Ljava/lang/String;:name`. */
export function descriptorOf(
  name: string,
  fields: readonly string[] = [],
  more: Partial<JavaClassDescriptor> = {},
): JavaClassDescriptor {
  return {
    name,
    serialVersionUid: 1n,
    flags: DESCRIPTOR_FLAGS.SERIALIZABLE,
    fields: fields.map((text): JavaField => {
      const [type = '', fieldName = ''] = text.split(':');
      const typeCode = type.charAt(0) as JavaTypeCode;
      return type.length === 1
        ? { name: fieldName, typeCode }
        : { name: fieldName, typeCode, className: type };
    }),
    superClass: null,
    ...more,
  };
}

export const ANY = 'Ljava/lang/Object;';
export const ANNOTATED = DESCRIPTOR_FLAGS.SERIALIZABLE | DESCRIPTOR_FLAGS.WRITE_METHOD;
