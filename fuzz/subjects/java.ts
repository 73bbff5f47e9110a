import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ClassPath,
  decodeModifiedUtf8,
  parseClassFile,
  readObjectStream,
  readObjectStreamContents,
  writeObjectStream,
} from '../../packages/java-serialization/src/index.ts';
import { JarFile } from '../../packages/java-serialization/src/jar-file.ts';
import { findDirectory, parseDirectory } from '../../packages/java-serialization/src/zip-directory.ts';
import type { Subject } from '../subject.ts';
import { fixtureFolder, recorded } from './fixtures.ts';

const streams = recorded('java-serialization', '', /\.ser$/);
const jars = ['shapes', 'expected'].map(
  (name) => `${fixtureFolder('java-serialization', 'classes')}/${name}.jar`,
);

async function classesOf(jar: string): Promise<Uint8Array[]> {
  const file = new JarFile(jar);
  return [...(await file.read(await file.names())).values()];
}

function directoryOf(jar: string): Buffer {
  const bytes = readFileSync(jar);
  const place = findDirectory(bytes);
  if (typeof place === 'number') throw new Error(`${jar} is a ZIP64`);
  return bytes.subarray(place.offset, place.offset + place.byteLength);
}

/** Reads all classes of a jar that is nearly one, as a class path does. */
async function readJar(bytes: Buffer): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'spark-mesos-fuzz-'));
  try {
    const jar = join(folder, 'any.jar');
    writeFileSync(jar, bytes);
    const classPath = await ClassPath.open(jar);
    await classPath.classFile('Shapes');
    const file = new JarFile(jar);
    await file.read(await file.names());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const JAVA_SUBJECTS: readonly Subject[] = [
  {
    name: 'object streams of Java',
    golden: streams,
    read: (bytes) => {
      const value = readObjectStream(bytes, { keepStringIdentity: true });
      // What was read can be written.
      return writeObjectStream(value);
    },
  },
  { name: 'contents of object streams', golden: streams, read: (bytes) => readObjectStreamContents(bytes) },
  {
    name: 'modified UTF-8',
    golden: ['text', 'Grüße, 世界', '€😀'].map((text) => Buffer.from(text)),
    read: (bytes) => decodeModifiedUtf8(bytes, 0, bytes.length),
  },
  {
    name: 'class files',
    golden: (await Promise.all(jars.map(classesOf))).flat(),
    read: parseClassFile,
  },
  {
    name: 'the directory of a jar',
    golden: jars.map(directoryOf),
    read: (bytes) => parseDirectory(bytes, '.class'),
  },
  {
    name: 'the end of a jar',
    golden: jars.map((jar) => readFileSync(jar).subarray(-200)),
    read: findDirectory,
  },
  { name: 'jars', golden: jars.map((jar) => readFileSync(jar)), read: readJar },
];
