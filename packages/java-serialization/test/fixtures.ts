import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of a file under test/fixtures. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

/** The bytes of a file under test/fixtures, in memory that they share with other things, as in a frame. */
export function fixture(name: string): Uint8Array {
  const bytes = readFileSync(fixturePath(name));
  const shared = new Uint8Array(bytes.length + 20).fill(0x5a);
  shared.set(bytes, 7);
  return shared.subarray(7, 7 + bytes.length);
}

/** Every recorded stream of Spark, as `4.3.0/RegisterApplication`. */
export const SPARK_STREAMS: readonly string[] = readdirSync(fixturePath('streams'))
  .toSorted()
  .flatMap((version) =>
    readdirSync(fixturePath(`streams/${version}`))
      .toSorted()
      .map((file) => `${version}/${file.replace(/\.ser$/, '')}`),
  );

/** Every stream that Java wrote for these tests, `cycle` for instance. */
export const JAVA_STREAMS: readonly string[] = readdirSync(fixturePath('java'))
  .filter((file) => file.endsWith('.ser'))
  .map((file) => file.replace(/\.ser$/, ''))
  .toSorted();

/** The bytes of a recorded stream of Spark. */
export function sparkStream(name: string): Uint8Array {
  return fixture(`streams/${name}.ser`);
}

/** The bytes of a stream that Java wrote for these tests. */
export function javaStream(name: string): Uint8Array {
  return fixture(`java/${name}.ser`);
}
