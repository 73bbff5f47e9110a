import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** A file of a page, as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown; charset=utf-8',
};

/** Where Spark's own dispatcher had the pages of drivers (rule D83); bookmarks lead there. */
const OLD_PLACES = ['/', '/driver/'];

/**
 * The files of a dispatcher's page by their paths, for a server that knows no folders. The page is at `/`, and at
 * `/driver` and `/driver/` as well, from where it finds its way. Rejects with ENOENT where it has not been built.
 */
export async function readDispatcherPage(root: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const name = path.slice(join(root, sep).length).split(sep).join('/');
    const file = { type, content: await readFile(path) };
    for (const place of OLD_PLACES) files.set(`${place}${name}`, file);
  }
  const index = files.get('/index.html');
  if (index !== undefined) for (const path of ['/', '/driver', '/driver/']) files.set(path, index);
  return files;
}
