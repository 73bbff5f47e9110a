import { readdir, stat } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { type ClassFile, parseClassFile } from './class-file.ts';
import { ClassHierarchy } from './class-hierarchy.ts';
import { JavaSerializationError } from './errors.ts';
import { JarFile } from './jar-file.ts';
import { elementName } from './jdk-classes.ts';
import type { ClassDescriptorSource } from './model.ts';

/**
 * The jars of one Spark, or of anything else, and the classes in them.
 *
 * Nothing is read before it is needed: a question opens the jars that are likeliest to have the answer,
 * remembers their central directories, and closes them again. When two jars hold a class of the same name,
 * either may be taken, as with `jars/*` on a class path of Java.
 */
export class ClassPath {
  #jars: readonly JarFile[];
  /** The jars in the order in which it is worth to ask them, by package. */
  readonly #ranked = new Map<string, readonly JarFile[]>();
  readonly #hierarchy = new ClassHierarchy();
  /** Names that are in no jar, so that all jars are searched for each of them once. */
  readonly #absent = new Set<string>();
  #closed = false;

  private constructor(jars: readonly JarFile[]) {
    this.#jars = jars;
  }

  /** Takes a directory of jars, or jars and directories with the platform's path delimiter between them. */
  static async open(jarDirectoryOrJars: string): Promise<ClassPath> {
    const paths = jarDirectoryOrJars.split(delimiter).filter((path) => path !== '');
    const jars = (await Promise.all(paths.map(jarsAt))).flat();
    if (jars.length === 0) throw unreadable(`there are no jars in "${jarDirectoryOrJars}"`);
    return new ClassPath(jars.map((path) => new JarFile(path)));
  }

  /** The outside of one class, or undefined when no jar has it. */
  async classFile(className: string): Promise<ClassFile | undefined> {
    await this.#load([className]);
    return this.#hierarchy.file(className);
  }

  /**
   * Reads the named classes with all that they extend and implement, and answers with a source that needs no
   * waiting. A name that is not there, or that is not serializable, fails when it is asked for.
   *
   * All sources of one class path share their descriptors, so one stream may mix them.
   */
  async descriptors(names: readonly string[]): Promise<ClassDescriptorSource> {
    let wanted: readonly string[] = names.map((name) => elementName(name) ?? name);
    const seen = new Set<string>();
    while (wanted.length > 0) {
      await this.#load(wanted);
      const next: string[] = [];
      for (const name of wanted) {
        const file = this.#hierarchy.file(name);
        if (file === undefined) continue;
        for (const related of [...file.interfaces, ...(file.superName === null ? [] : [file.superName])]) {
          if (seen.has(related)) continue;
          seen.add(related);
          next.push(related);
        }
      }
      wanted = next;
    }
    return this.#hierarchy;
  }

  /** Forgets what was read of the jars' directories; sources that were handed out go on working. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#jars = [];
    this.#ranked.clear();
    this.#absent.clear();
  }

  async #load(names: readonly string[]): Promise<void> {
    if (this.#closed) throw unreadable('it was closed');
    const byJar = new Map<JarFile, string[]>();
    for (const name of new Set(names)) {
      if (!this.#isWorthLooking(name)) continue;
      const jar = await this.#jarOf(name);
      if (jar === undefined) this.#absent.add(name);
      else byJar.set(jar, [...(byJar.get(jar) ?? []), name]);
    }
    for (const [jar, jarNames] of byJar) {
      for (const [name, bytes] of await jar.read(jarNames)) this.#add(jar, name, bytes);
    }
  }

  #isWorthLooking(name: string): boolean {
    if (name.startsWith('java.') || name.startsWith('[')) return false;
    return this.#hierarchy.file(name) === undefined && !this.#absent.has(name);
  }

  #add(jar: JarFile, name: string, bytes: Uint8Array): void {
    const file = parseClassFile(bytes);
    if (file.name !== name) {
      throw new JavaSerializationError(
        'JAVA_CLASS_FILE_MALFORMED',
        `${jar.path} has ${file.name} in the place of ${name}`,
      );
    }
    // Another call may have read the same class meanwhile; its file has descriptors already.
    if (this.#hierarchy.file(name) === undefined) this.#hierarchy.add(file);
  }

  async #jarOf(className: string): Promise<JarFile | undefined> {
    const packageName = className.slice(0, className.lastIndexOf('.') + 1);
    const ranked = this.#ranked.get(packageName) ?? rank(this.#jars, packageName);
    this.#ranked.set(packageName, ranked);
    for (const jar of ranked) if (await jar.has(className)) return jar;
    return undefined;
  }
}

function rank(jars: readonly JarFile[], packageName: string): readonly JarFile[] {
  const segments = new Set(packageName.toLowerCase().split('.'));
  return jars
    .map((jar) => ({ jar, likelihood: likelihood(jar, segments) }))
    .toSorted((a, b) => b.likelihood - a.likelihood)
    .map(({ jar }) => jar);
}

/** How well a jar's file name goes with a package: spark-core and scala-library are asked first for theirs. */
function likelihood(jar: JarFile, segments: ReadonlySet<string>): number {
  const words = basename(jar.path, '.jar')
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== '');
  const matching = words.filter((word) => segments.has(word.toLowerCase())).length;
  const central = words.some((word) => word === 'core' || word === 'library') ? 0.5 : 0;
  return matching === 0 ? 0 : matching + central;
}

async function jarsAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path);
    return names
      .filter((name) => name.endsWith('.jar'))
      .toSorted()
      .map((name) => join(path, name));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unreadable(reason, error);
  }
}

function unreadable(what: string, cause?: unknown): JavaSerializationError {
  return new JavaSerializationError('JAVA_CLASS_PATH_UNREADABLE', `cannot read the class path: ${what}`, {
    cause,
  });
}
