import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A folder of recorded bytes in a package's tests. */
export function fixtureFolder(packageName: string, folder = ''): string {
  return fileURLToPath(new URL(`../../packages/${packageName}/test/fixtures/${folder}`, import.meta.url));
}

/** The recorded files below a folder whose names match; long ones are left out, of which much is alike. */
export function recorded(packageName: string, folder: string, name: RegExp, longest = 16_384): Buffer[] {
  const root = fixtureFolder(packageName, folder);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => name.test(file));
  const found = files.sort().map((file) => readFileSync(`${root}/${file}`));
  const short = found.filter((bytes) => bytes.length > 0 && bytes.length <= longest);
  if (short.length === 0) throw new Error(`nothing is recorded in ${root} as ${name}`);
  return short;
}
