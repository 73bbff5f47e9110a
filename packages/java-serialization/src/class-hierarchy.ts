import { type ClassFile, type ClassMember, MODIFIERS } from './class-file.ts';
import { JavaSerializationError } from './errors.ts';
import {
  describeArray,
  elementName,
  isJdkName,
  isSerializableJdkClass,
  isSerializableJdkInterface,
  jdkClasses,
} from './jdk-classes.ts';
import {
  type ClassDescriptorSource,
  DESCRIPTOR_FLAGS,
  type JavaClassDescriptor,
  type JavaField,
  type JavaTypeCode,
} from './model.ts';
import { isPrimitive } from './primitive-codec.ts';
import { compareText, serialVersionUid } from './serial-version-uid.ts';

const { PRIVATE, PROTECTED, PUBLIC, STATIC, TRANSIENT, ABSTRACT, INTERFACE } = MODIFIERS;

/** No class is derived that deeply; class files that extend each other in a circle end here. */
const MAX_SUPERCLASSES = 256;

/**
 * Class files and what follows from them together. It grows as files are added; a descriptor, once made,
 * stays the same object, so that one stream never describes a class twice.
 */
export class ClassHierarchy implements ClassDescriptorSource {
  readonly #files = new Map<string, ClassFile>();
  /** What is known of each class's `readResolve`; all that there is to know is given at once. */
  readonly #resolving = new Map<string, boolean>();
  readonly #descriptors = new Map<string, JavaClassDescriptor>();

  /** Takes a class file in. */
  add(file: ClassFile): void {
    this.#files.set(file.name, file);
  }

  /** The class file of a name; undefined when none was taken in. */
  file(className: string): ClassFile | undefined {
    return this.#files.get(className);
  }

  /** Whether a class of this name was taken in. */
  has(className: string): boolean {
    return this.#files.has(elementName(className) ?? className) || jdkClasses.has(className);
  }

  descriptor(className: string): JavaClassDescriptor {
    const known = this.#descriptors.get(className);
    if (known !== undefined) return known;
    const described = this.#describe(className, 0);
    this.#descriptors.set(className, described);
    return described;
  }

  #describe(className: string, depth: number): JavaClassDescriptor {
    const known = this.#descriptors.get(className);
    if (known !== undefined) return known;
    if (depth > MAX_SUPERCLASSES) throw circular(className);
    const element = elementName(className);
    if (element !== undefined && this.#files.has(element)) {
      return describeArray(className, (this.#get(element).modifiers & PUBLIC) !== 0);
    }
    if (!this.#files.has(className) && jdkClasses.has(className)) return jdkClasses.descriptor(className);
    const file = this.#get(className);
    if (!this.#implements(file, isSerializableJdkInterface)) {
      throw new JavaSerializationError('JAVA_NOT_SERIALIZABLE', `${className} is not serializable`);
    }
    const described: JavaClassDescriptor = {
      name: className,
      ...this.#ownPart(file),
      superClass: this.#describeSuperClass(file, depth),
    };
    this.#descriptors.set(className, described);
    return described;
  }

  #ownPart(file: ClassFile): Pick<JavaClassDescriptor, 'serialVersionUid' | 'flags' | 'fields'> {
    if (this.#extends(file, 'java.lang.Enum')) {
      return {
        serialVersionUid: 0n,
        flags: DESCRIPTOR_FLAGS.SERIALIZABLE | DESCRIPTOR_FLAGS.ENUM,
        fields: [],
      };
    }
    const uid = serialVersionUid(file);
    if (this.#implements(file, (name) => name === 'java.io.Externalizable')) {
      const flags = DESCRIPTOR_FLAGS.EXTERNALIZABLE | DESCRIPTOR_FLAGS.BLOCK_DATA;
      return { serialVersionUid: uid, flags, fields: [] };
    }
    const writes = file.superName !== 'java.lang.Record' && file.methods.some(isWriteObject);
    const flags = DESCRIPTOR_FLAGS.SERIALIZABLE | (writes ? DESCRIPTOR_FLAGS.WRITE_METHOD : 0);
    return { serialVersionUid: uid, flags, fields: streamFields(file) };
  }

  #describeSuperClass(file: ClassFile, depth: number): JavaClassDescriptor | null {
    const { superName } = file;
    if (superName === null || (file.modifiers & INTERFACE) !== 0) return null;
    if (!this.#files.has(superName) && isJdkName(superName)) {
      const serializable = isSerializableJdkClass(superName);
      if (serializable === undefined) throw unknownJdkClass(file.name, superName);
      return serializable ? jdkClasses.descriptor(superName) : null;
    }
    return this.#implements(this.#get(superName, file.name), isSerializableJdkInterface)
      ? this.#describe(superName, depth + 1)
      : null;
  }

  hasReadResolve(className: string): boolean {
    const known = this.#resolving.get(className);
    if (known !== undefined) return known;
    const found = this.#findReadResolve(className);
    this.#resolving.set(className, found);
    return found;
  }

  #findReadResolve(className: string): boolean {
    // Neither arrays nor the classes of Java that are built in have one.
    if (!this.#files.has(className) && this.has(className)) return false;
    let file: ClassFile | undefined = this.#get(className);
    for (let depth = 0; file !== undefined && depth <= MAX_SUPERCLASSES; depth += 1) {
      const method = file.methods.find(isReadResolve);
      if (method !== undefined) return isInherited(method, file.name, className);
      file = file.superName === null ? undefined : this.#files.get(file.superName);
    }
    return false;
  }

  /** Whether the class, a superclass or any of their interfaces is what is looked for. */
  #implements(file: ClassFile, wanted: (interfaceName: string) => boolean): boolean {
    const waiting = [file];
    const seen = new Set<string>();
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (wanted(next.name)) return true;
      for (const name of [...next.interfaces, ...(next.superName === null ? [] : [next.superName])]) {
        if (wanted(name)) return true;
        if (seen.has(name)) continue;
        seen.add(name);
        if (this.#files.has(name) || !isJdkName(name)) waiting.push(this.#get(name, next.name));
        else if (name === next.superName && this.#jdkImplements(name, next.name, wanted)) return true;
      }
    }
    return false;
  }

  #jdkImplements(superName: string, className: string, wanted: (interfaceName: string) => boolean): boolean {
    const serializable = isSerializableJdkClass(superName);
    if (serializable === undefined) throw unknownJdkClass(className, superName);
    return serializable && wanted('java.io.Serializable');
  }

  #extends(file: ClassFile, ancestor: string): boolean {
    let next: ClassFile | undefined = file;
    for (let depth = 0; next !== undefined; depth += 1) {
      if (depth > MAX_SUPERCLASSES) throw circular(file.name);
      if (next.superName === ancestor) return true;
      next = next.superName === null ? undefined : this.#files.get(next.superName);
    }
    return false;
  }

  #get(className: string, neededBy?: string): ClassFile {
    const file = this.#files.get(className);
    if (file !== undefined) return file;
    const reason = neededBy === undefined ? '' : ` (needed by ${neededBy})`;
    throw new JavaSerializationError(
      'JAVA_CLASS_NOT_FOUND',
      `${className}${reason} is not on the class path, or was not among the classes that were read`,
    );
  }
}

/** The fields that a stream holds, in its order: primitives first, then by name. */
function streamFields(file: ClassFile): JavaField[] {
  if (file.fields.some(isPersistentFieldsDeclaration)) {
    throw new JavaSerializationError(
      'JAVA_NOT_SUPPORTED',
      `${file.name} declares serialPersistentFields, which only its own code can tell`,
    );
  }
  return file.fields
    .filter(({ modifiers }) => (modifiers & (STATIC | TRANSIENT)) === 0)
    .map(({ name, descriptor }): JavaField => {
      const typeCode = descriptor.charAt(0) as JavaTypeCode;
      return isPrimitive(typeCode) ? { name, typeCode } : { name, typeCode, className: descriptor };
    })
    .toSorted(
      (a, b) =>
        Number(isPrimitive(b.typeCode)) - Number(isPrimitive(a.typeCode)) || compareText(a.name, b.name),
    );
}

function isPersistentFieldsDeclaration({ name, descriptor, modifiers }: ClassMember): boolean {
  const declared = PRIVATE | STATIC | MODIFIERS.FINAL;
  return (
    name === 'serialPersistentFields' &&
    descriptor === '[Ljava/io/ObjectStreamField;' &&
    (modifiers & declared) === declared
  );
}

function isWriteObject({ name, descriptor, modifiers }: ClassMember): boolean {
  return (
    name === 'writeObject' &&
    descriptor === '(Ljava/io/ObjectOutputStream;)V' &&
    (modifiers & (PRIVATE | STATIC)) === PRIVATE
  );
}

function isReadResolve({ name, descriptor }: ClassMember): boolean {
  return name === 'readResolve' && descriptor === '()Ljava/lang/Object;';
}

/** Whether Java calls a method of one class for objects of another (`ObjectStreamClass.getInheritableMethod`). */
function isInherited({ modifiers }: ClassMember, declaredBy: string, className: string): boolean {
  if ((modifiers & (STATIC | ABSTRACT)) !== 0) return false;
  if ((modifiers & (PUBLIC | PROTECTED)) !== 0) return true;
  if ((modifiers & PRIVATE) !== 0) return declaredBy === className;
  return packageOf(declaredBy) === packageOf(className);
}

function packageOf(className: string): string {
  return className.slice(0, className.lastIndexOf('.') + 1);
}

function circular(className: string): JavaSerializationError {
  return new JavaSerializationError(
    'JAVA_CLASS_FILE_MALFORMED',
    `${className} has more than ${MAX_SUPERCLASSES} superclasses`,
  );
}

function unknownJdkClass(className: string, superName: string): JavaSerializationError {
  return new JavaSerializationError(
    'JAVA_NOT_SUPPORTED',
    `${className} extends Java's own ${superName}, whose descriptor is not built in`,
  );
}
