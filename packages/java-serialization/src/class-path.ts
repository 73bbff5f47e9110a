import { JavaSerializationError } from './errors.ts';
import type { ClassDescriptorSource } from './model.ts';

/** The jars of one Spark (or of anything else), and the classes in them. */
export class ClassPath {
  /** Opens a directory of jars, or jars separated by colons. */
  static async open(_jarDirectoryOrJars: string): Promise<ClassPath> {
    throw new JavaSerializationError('JAVA_NOT_SUPPORTED', 'class paths are not there yet');
  }

  /** Reads the named classes and their superclasses; names that are not there fail when they are asked for. */
  async descriptors(_names: readonly string[]): Promise<ClassDescriptorSource> {
    throw new JavaSerializationError('JAVA_NOT_SUPPORTED', 'class paths are not there yet');
  }

  async close(): Promise<void> {}
}
