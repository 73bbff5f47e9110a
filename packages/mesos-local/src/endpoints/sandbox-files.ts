import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { contentTypeOf } from '../http/content-types.ts';
import { type HttpReply, type HttpRequest, jsonReply, textReply } from '../http/messages.ts';

/** The most that one read returns: 16 pages, as in Mesos. */
const MAX_READ_BYTES = 16 * 4096;

type Resolved =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reply: HttpReply };

/**
 * The files of an agent that may be looked at: each attached folder under one or more names. Nothing outside
 * an attached folder can be reached, not even over a link within it.
 */
export class SandboxFiles {
  readonly #attached = new Map<string, string>();

  attach(path: string, virtualPath: string): void {
    this.#attached.set(virtualPath.replace(/\/+$/, ''), path);
  }

  /** `/files/browse`: what is in a folder. */
  async browse(request: HttpRequest): Promise<HttpReply> {
    const resolved = await this.#resolve(request);
    if (!resolved.ok) return resolved.reply;
    const requested = request.query.get('path') ?? '';
    const names = await readdir(resolved.path).catch(() => [basename(resolved.path)]);
    const entries = await Promise.all(
      names.sort().map((name) => fileView(join(resolved.path, name), join(requested, name))),
    );
    return jsonReply(
      request,
      entries.filter((entry) => entry !== undefined),
    );
  }

  /** `/files/read`: a piece of a file; without an offset, only how long it is. */
  async read(request: HttpRequest): Promise<HttpReply> {
    const offset = readWhole(request, 'offset');
    const length = readWhole(request, 'length');
    if (typeof offset === 'string') return textReply(400, offset);
    if (typeof length === 'string') return textReply(400, length);
    const resolved = await this.#resolve(request);
    if (!resolved.ok) return resolved.reply;
    if ((await stat(resolved.path)).isDirectory()) return textReply(400, 'Cannot read a directory.\n');
    const isSizeAsked = offset === undefined || offset === -1;
    const file = await open(resolved.path);
    try {
      const { size } = await file.stat();
      const start = isSizeAsked ? size : offset;
      const rest = Math.max(0, size - start);
      const wanted = length === undefined || length === -1 ? rest : length;
      const buffer = Buffer.alloc(Math.min(wanted, rest, MAX_READ_BYTES));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
      return fileChunkReply(buffer.subarray(0, bytesRead), start);
    } finally {
      await file.close();
    }
  }

  /** `/files/download`: the whole file as it is. */
  async download(request: HttpRequest): Promise<HttpReply> {
    const resolved = await this.#resolve(request);
    if (!resolved.ok) return resolved.reply;
    if ((await stat(resolved.path)).isDirectory()) return textReply(400, 'Cannot download a directory.\n');
    return {
      kind: 'file',
      path: resolved.path,
      headers: {
        'Content-Type': contentTypeOf(extname(resolved.path)),
        'Content-Disposition': `attachment; filename=${basename(resolved.path)}`,
      },
    };
  }

  /** `/files/debug`: which folder stands under which name. */
  debug(request: HttpRequest): HttpReply {
    return jsonReply(request, Object.fromEntries(this.#attached));
  }

  async #resolve(request: HttpRequest): Promise<Resolved> {
    const requested = request.query.get('path');
    if (!requested) return { ok: false, reply: textReply(400, "Expecting 'path=value' in query.\n") };
    let prefix = requested.replace(/\/+$/, '');
    while (prefix !== '' && !this.#attached.has(prefix)) prefix = prefix.slice(0, prefix.lastIndexOf('/'));
    const root = this.#attached.get(prefix);
    if (root === undefined) return { ok: false, reply: textReply(404, '') };
    const path = join(root, requested.slice(prefix.length));
    const [real, realRoot] = await Promise.all([realpath(path).catch(() => undefined), realpath(root)]).catch(
      () => [undefined, undefined],
    );
    if (real === undefined) return { ok: false, reply: textReply(404, '') };
    if (real !== realRoot && !real.startsWith(`${realRoot}/`)) {
      return { ok: false, reply: textReply(400, `'${path}' is inaccessible.\n`) };
    }
    return { ok: true, path: real };
  }
}

/**
 * A piece of a file with its bytes as they are, also those of half a character at its ends: so does Mesos, and
 * so a reader can put the pieces together.
 */
function fileChunkReply(bytes: Buffer, offset: number): HttpReply {
  const text = `{"data":${JSON.stringify(bytes.toString('latin1'))},"offset":${offset}}`;
  const headers = { 'Content-Type': 'application/json' };
  return { kind: 'body', status: 200, headers, body: Buffer.from(text, 'latin1') };
}

/** A number of the query, undefined when it is not there, or what is wrong with it. */
function readWhole(request: HttpRequest, name: string): number | string | undefined {
  const text = request.query.get(name);
  if (text === null) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) return `Failed to parse ${name}: Failed to convert '${text}' to number.\n`;
  const value = Number(text);
  const title = name === 'offset' ? 'Negative offset' : 'Negative length';
  return value < -1 ? `${title} provided: ${value}.\n` : value;
}

const PERMISSION_LETTERS = 'rwxrwxrwx';

function modeText(mode: number, isDirectory: boolean, isLink: boolean): string {
  const letters = [...PERMISSION_LETTERS].map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'));
  let first = isDirectory ? 'd' : '-';
  if (isLink) first = 'l';
  return first + letters.join('');
}

async function fileView(path: string, shownPath: string) {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  return {
    gid: info.gid === 0 ? 'root' : String(info.gid),
    mode: modeText(info.mode, info.isDirectory(), false),
    mtime: Math.floor(info.mtimeMs / 1000),
    nlink: info.nlink,
    path: shownPath,
    size: info.size,
    uid: info.uid === 0 ? 'root' : String(info.uid),
  };
}
