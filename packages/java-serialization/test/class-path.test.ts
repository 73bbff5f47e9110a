import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClassPath, JavaSerializationError } from '../src/index.ts';
import { JarFile } from '../src/jar-file.ts';
import { fixturePath } from './fixtures.ts';
import { writeZip, type ZipFile } from './zip-writer.ts';

const SHAPES_JAR = fixturePath('classes/shapes.jar');
const PLAIN = 'shapes.Shapes$Plain';
const PLAIN_ENTRY = 'shapes/Shapes$Plain.class';

let folder: string;
let plainBytes: Uint8Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'class-path-'));
  plainBytes = (await new JarFile(SHAPES_JAR).read([PLAIN])).get(PLAIN) as Uint8Array;
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

let jars = 0;
async function jarOf(files: readonly ZipFile[], options?: Parameters<typeof writeZip>[1]): Promise<string> {
  jars += 1;
  const path = join(folder, `${jars}.jar`);
  await writeFile(path, writeZip(files, options));
  return path;
}

async function codeOf(action: Promise<unknown>): Promise<string | undefined> {
  try {
    await action;
    return undefined;
  } catch (error) {
    if (error instanceof JavaSerializationError) return error.code;
    throw error;
  }
}

async function codeOfReading(path: string): Promise<string | undefined> {
  return codeOf(ClassPath.open(path).then((classPath) => classPath.classFile(PLAIN)));
}

describe('a class path', () => {
  it('finds a class in one of many jars, and undefined for what is in none', async () => {
    const empty = await jarOf([]);
    const other = await jarOf([{ name: 'README', bytes: Buffer.from('x') }]);
    const classPath = await ClassPath.open([empty, other, SHAPES_JAR].join(delimiter));
    expect((await classPath.classFile(PLAIN))?.superName).toBe('java.lang.Object');
    expect(await classPath.classFile('shapes.Absent')).toBeUndefined();
    await classPath.close();
  });

  it('takes a directory of jars and leaves its other files alone', async () => {
    const directory = join(folder, 'jars');
    await mkdir(directory);
    await writeFile(join(directory, 'notes.txt'), 'no jar');
    await writeFile(join(directory, 'plain.jar'), writeZip([{ name: PLAIN_ENTRY, bytes: plainBytes }]));
    const classPath = await ClassPath.open(directory);
    expect((await classPath.classFile(PLAIN))?.name).toBe(PLAIN);
  });

  it.each([
    ['stored', {}, { method: 0 }],
    ['with a comment at its end', { comment: 'made by PK\u0005\u0006 hand' }, {}],
    ['with sizes in ZIP64', {}, { zip64: true }],
    ['with its directory in ZIP64', { zip64End: true }, {}],
    ['with a directory that reaches beyond the bytes read first', {}, {}, 2_000],
  ])('reads a jar %s', async (_what, options, file, more = 0) => {
    const others = Array.from({ length: more }, (_, index) => ({
      name: `other/Class${String(index).padStart(40, '0')}.class`,
      bytes: new Uint8Array(1),
    }));
    const path = await jarOf([{ name: PLAIN_ENTRY, bytes: plainBytes, ...file }, ...others], options);
    const classPath = await ClassPath.open(path);
    expect((await classPath.classFile(PLAIN))?.fields).toHaveLength(10);
  });

  it('finds every class of a jar whose directory is searched in pieces, those between two of them as well', async () => {
    const path = await jarOf(
      Array.from({ length: 5_200 }, (_, index) => ({ name: `p/C${index}.class`, bytes: new Uint8Array() })),
    );
    // An entry takes 46 bytes and its name, so that the first piece of 256 KiB ends within that of 4,461.
    const near = Array.from({ length: 10 }, (_, index) => `p.C${index + 4_457}`);
    const found = await Promise.all(near.map((name) => new JarFile(path).has(name)));
    expect(found).not.toContain(false);
    expect(await new JarFile(path).has('p.C5200')).toBe(false);
    expect(await new JarFile(path).has('p.C5199')).toBe(true);
  });

  it('asks the jar first whose name goes with the package, and others only when it has to', async () => {
    const broken = join(folder, 'broken.jar');
    await writeFile(broken, 'no jar at all');
    const likely = join(folder, 'shapes-core_2.13-4.0.jar');
    await writeFile(likely, writeZip([{ name: PLAIN_ENTRY, bytes: plainBytes }]));
    const classPath = await ClassPath.open([broken, likely].join(delimiter));
    expect((await classPath.classFile(PLAIN))?.name).toBe(PLAIN);
    expect(await codeOf(classPath.classFile('shapes.Absent'))).toBe('JAVA_CLASS_PATH_UNREADABLE');
  });

  it('answers many at the same time with the same class', async () => {
    const classPath = await ClassPath.open(SHAPES_JAR);
    const files = await Promise.all(Array.from({ length: 20 }, () => classPath.classFile(PLAIN)));
    expect(new Set(files).size).toBe(1);
    const sources = await Promise.all([classPath.descriptors([PLAIN]), classPath.descriptors([PLAIN])]);
    expect(sources[0]?.descriptor(PLAIN)).toBe(sources[1]?.descriptor(PLAIN));
  });

  it('holds no file open', async () => {
    const classPath = await ClassPath.open(SHAPES_JAR);
    await classPath.descriptors([PLAIN, 'shapes.Absent']);
    const open = await openFiles();
    expect(open.filter((path) => path.endsWith('shapes.jar'))).toEqual([]);
  });

  it('refuses to answer after it was closed', async () => {
    const classPath = await ClassPath.open(SHAPES_JAR);
    const source = await classPath.descriptors([PLAIN]);
    await classPath.close();
    expect(await codeOf(classPath.classFile(PLAIN))).toBe('JAVA_CLASS_PATH_UNREADABLE');
    expect(source.descriptor(PLAIN).name).toBe(PLAIN);
  });
});

describe('a class path that cannot be read', () => {
  it.each([
    ['is empty', async () => ''],
    ['does not exist', async () => join(folder, 'nowhere')],
    ['is a directory without jars', async () => mkdtemp(join(folder, 'empty-'))],
  ])('fails at once when it %s', async (_what, path) => {
    expect(await codeOf(ClassPath.open(await path()))).toBe('JAVA_CLASS_PATH_UNREADABLE');
  });

  const plain = (more: Partial<ZipFile>): ZipFile[] => [{ name: PLAIN_ENTRY, bytes: plainBytes, ...more }];
  it.each([
    ['a checksum differs', () => plain({ claims: { crc32: 1 } })],
    ['an entry is longer than it claims', () => plain({ claims: { uncompressedBytes: 10 } })],
    ['an entry is shorter than it claims', () => plain({ claims: { uncompressedBytes: 100_000 } })],
    ['an entry claims to be huge', () => plain({ claims: { uncompressedBytes: 0xfffffffe } })],
    ['an entry is elsewhere', () => plain({ claims: { offset: 3 } })],
    ['an entry is beyond the end', () => plain({ claims: { offset: 100_000 } })],
    ['an entry is packed in a way of its own', () => plain({ method: 93 })],
  ])('fails with a code when %s', async (_what, files) => {
    expect(await codeOfReading(await jarOf(files()))).toBe('JAVA_CLASS_PATH_UNREADABLE');
  });

  it('fails with a code when an entry holds another class, or none', async () => {
    const other = await jarOf([{ name: 'shapes/Shapes$Other.class', bytes: plainBytes }]);
    const classPath = await ClassPath.open(other);
    expect(await codeOf(classPath.classFile('shapes.Shapes$Other'))).toBe('JAVA_CLASS_FILE_MALFORMED');
    const junk = await jarOf(plain({ bytes: Buffer.from('junk') }));
    expect(await codeOfReading(junk)).toBe('JAVA_CLASS_FILE_MALFORMED');
  });

  it('fails with a code wherever the jar is cut', async () => {
    const whole = writeZip(plain({}), { comment: 'x' });
    for (let length = 0; length < whole.length; length += 97) {
      const path = join(folder, 'cut.jar');
      await writeFile(path, whole.subarray(0, length));
      expect(await codeOfReading(path)).toBe('JAVA_CLASS_PATH_UNREADABLE');
    }
  });
});

/** The files that this process has open, where the system tells. */
async function openFiles(): Promise<string[]> {
  const { readlink } = await import('node:fs/promises');
  const names = await readdir('/proc/self/fd').catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return links;
}
