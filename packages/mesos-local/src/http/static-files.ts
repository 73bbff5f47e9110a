import { stat } from 'node:fs/promises';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { contentTypeOf } from './content-types.ts';
import type { HttpReply, HttpRequest } from './messages.ts';

/** A file of the console's folder, its first page for `/`; undefined when there is none of that name. */
export async function staticFile(root: string, request: HttpRequest): Promise<HttpReply | undefined> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const base = resolve(root);
  const wanted = request.path === '/' ? '/index.html' : request.path;
  const path = normalize(join(base, wanted));
  if (!path.startsWith(base + sep)) return undefined;
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) return undefined;
  const isPage = extname(path) === '.html';
  return {
    kind: 'file',
    path,
    headers: {
      'Content-Type': contentTypeOf(extname(path)),
      'Content-Length': String(info.size),
      'Cache-Control': isPage ? 'no-cache' : 'max-age=3600',
    },
  };
}
