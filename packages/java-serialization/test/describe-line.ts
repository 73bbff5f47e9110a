import type { ClassDescriptorSource } from '../src/index.ts';

/** What a source says about a class, in the words of test/fixtures/classes/Expected.java. */
export function describeLine(source: ClassDescriptorSource, className: string): string {
  const { name, serialVersionUid, flags, superClass, fields } = source.descriptor(className);
  return [
    name,
    serialVersionUid,
    flags,
    superClass?.name ?? '-',
    ...fields.map((field) => `${field.name}:${field.className ?? field.typeCode}`),
    source.hasReadResolve(className),
  ].join(' ');
}
