import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.ts';
import {
  ClassPath,
  type JavaClassDescriptor,
  type JavaObject,
  jdkClasses,
  readObjectStream,
} from '../../src/index.ts';
import { JarFile } from '../../src/jar-file.ts';
import { JDK_CLASS_TABLE } from '../../src/jdk-class-table.ts';
import { describeLine } from '../describe-line.ts';
import { fixturePath, sparkStream } from '../fixtures.ts';
import { askJava, testSparks } from './java.ts';

/** Their static initializers, which Java runs to compute a hash, do nothing that a test would not like. */
const COMPARED_PACKAGES = [
  'org.apache.spark.deploy.DeployMessages',
  'org.apache.spark.deploy.master.',
  'org.apache.spark.resource.',
  'org.apache.spark.rpc.',
  'org.apache.spark.scheduler.cluster.',
  'scala.collection.generic.',
  'scala.collection.immutable.List',
  'scala.collection.immutable.Map',
  'scala.collection.immutable.Vector',
  'scala.collection.mutable.HashMap',
  'scala.collection.mutable.ArrayBuffer',
  'scala.collection.mutable.ArraySeq',
  'scala.concurrent.duration.',
  'scala.runtime.',
  'scala.util.',
];

async function classesIn(directory: string, start: string): Promise<readonly string[]> {
  const file = readdirSync(directory).find((name) => name.startsWith(start)) ?? '';
  return new JarFile(join(directory, file)).names();
}

/** `name suid=1 flags=2 field:type, field:type`, with superclasses indented below, for each version. */
function recordedDescriptors(version: string): string[] {
  const text = readFileSync(fixturePath('spark-descriptors.txt'), 'utf8');
  const section = text.split(/^### /m).find((part) => part.startsWith(`${version}\n`));
  return (section ?? '')
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '');
}

function recordedLines(descriptor: JavaClassDescriptor): string[] {
  const lines: string[] = [];
  for (let level: JavaClassDescriptor | null = descriptor; level !== null; level = level.superClass) {
    const fields = level.fields
      .map((field) => `${field.name}:${field.className ?? field.typeCode}`)
      .join(', ');
    const indent = level === descriptor ? '' : '  ';
    lines.push(`${indent}${level.name} suid=${level.serialVersionUid} flags=${level.flags} ${fields}`);
  }
  return lines;
}

describe.each(testSparks())('the jars of Spark $version', ({ version, jars }) => {
  it('describe hundreds of classes as Java does', async () => {
    const all = await Promise.all(['spark-core_', 'scala-library-'].map((name) => classesIn(jars, name)));
    const names = all.flat().filter((name) => COMPARED_PACKAGES.some((prefix) => name.startsWith(prefix)));
    const [said, source] = await Promise.all([
      askJava([join(jars, '*')], names),
      ClassPath.open(jars).then((classPath) => classPath.descriptors(names)),
    ]);
    expect(said.length).toBeGreaterThan(400);
    expect(said.map((line) => describeLine(source, line.slice(0, line.indexOf(' '))))).toEqual(said);
  }, 60_000);

  const recorded = recordedDescriptors(version);
  // Versions that were not recorded have the comparison above.
  if (recorded.length > 0) {
    it('describe the messages as recorded', async () => {
      const names = recorded
        .filter((line) => !line.startsWith(' '))
        .map((line) => line.slice(0, line.indexOf(' ')));
      const classPath = await ClassPath.open(jars);
      const source = await classPath.descriptors(names);
      expect(names.flatMap((name) => recordedLines(source.descriptor(name)))).toEqual(recorded);
      await classPath.close();
    });
  }

  it('do what the README shows', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [imports = '', ...lines] = (/```ts\n([^`]*(?:`[^`]+`[^`]*)*)```/.exec(readme)?.[1] ?? '').split(
      '\n',
    );
    const names = /\{(.*)\}/.exec(imports)?.[1] ?? '';
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    const run = AsyncFunction(
      'library',
      'bytes',
      'sparkHome',
      'console',
      `const {${names}} = library; ${lines.join('\n')}; return stream;`,
    );
    const logged: unknown[][] = [];
    const print = { log: (...words: unknown[]) => logged.push(words) };
    const home = join(jars, '..');
    const stream = await run(library, sparkStream('3.5.6/CheckExistence'), home, print);
    expect(logged).toEqual([['org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence', 'Master']]);
    expect((readObjectStream(stream) as JavaObject).field('port')).toBe(7077);
  });

  it('tell whether a Scala object restores itself when it is read', async () => {
    const source = await (await ClassPath.open(jars)).descriptors(['scala.None$', 'scala.Enumeration']);
    expect(source.hasReadResolve('scala.None$')).toBe(Number(version.split('.')[0]) < 4);
    expect(source.hasReadResolve('scala.Enumeration')).toBe(true);
  });
});

describe('the classes of Java that are built in', () => {
  it('are what a running Java says about itself', async () => {
    const names = JDK_CLASS_TABLE.trim()
      .split('\n')
      .map((line) => line.slice(0, line.indexOf(' ')));
    const said = await askJava([], [...names, '[B', '[[I', '[Ljava.lang.Object;', '[Ljava.lang.String;']);
    expect(said.map((line) => describeLine(jdkClasses, line.slice(0, line.indexOf(' '))))).toEqual(said);
    expect(said.length).toBeGreaterThan(names.length);
  });
});
