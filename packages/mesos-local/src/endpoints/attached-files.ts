import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type mesos, toInt64 } from '@spark-mesos/mesos-proto';

/** The most that one read returns: 16 pages, as in Mesos. */
const MAX_READ_BYTES = 16 * 4096;

/** What was asked of files, or why it is not to be had, with the status and the words of a real Mesos. */
export type FileAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: 400 | 404; readonly text: string };

/** A piece of a file. */
export interface FilePiece {
  /** How long the whole file is. */
  readonly size: number;
  readonly data: Uint8Array;
}

/**
 * The files of a process that may be looked at: each attached folder under one or more names. Nothing outside
 * an attached folder can be reached, not even over a link within it.
 */
export class AttachedFiles {
  readonly #attached = new Map<string, string>();

  attach(path: string, virtualPath: string): void {
    this.#attached.set(virtualPath.replace(/\/+$/, ''), path);
  }

  /** Which folder stands under which name. */
  get attached(): ReadonlyMap<string, string> {
    return this.#attached;
  }

  /** What is in a folder, by name; nothing is in a file. */
  async list(path: string): Promise<FileAnswer<mesos.v1.IFileInfo[]>> {
    const found = await this.#resolve(path);
    if (!found.ok) return found;
    const names = await readdir(found.value).catch(() => []);
    const owners = await ownerNames();
    const entries = await Promise.all(
      names.sort().map((name) => fileInfo(join(found.value, name), join(path, name), owners)),
    );
    return { ok: true, value: entries.filter((entry) => entry !== undefined) };
  }

  /** The bytes from `offset` on, as many as there are, `length` and a limit allow. */
  async read(path: string, offset: number, length?: number): Promise<FileAnswer<FilePiece>> {
    const found = await this.#resolve(path);
    if (!found.ok) return found;
    if ((await stat(found.value)).isDirectory()) return refused('Cannot read a directory.\n');
    // A pipe that a task has made has no end to wait for.
    const file = await open(found.value, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return { ok: true, value: await pieceOf(file, offset, length) };
    } finally {
      await file.close();
    }
  }

  /** Where a file is that is to be sent as a whole. */
  async find(path: string): Promise<FileAnswer<string>> {
    const found = await this.#resolve(path);
    if (!found.ok) return found;
    const info = await stat(found.value);
    if (info.isDirectory()) return refused('Cannot download a directory.\n');
    return info.isFile() ? found : refused('Cannot download what is no file.\n');
  }

  async #resolve(requested: string): Promise<FileAnswer<string>> {
    let prefix = requested.replace(/\/+$/, '');
    while (prefix !== '' && !this.#attached.has(prefix)) prefix = prefix.slice(0, prefix.lastIndexOf('/'));
    const root = this.#attached.get(prefix);
    if (root === undefined) return NOT_FOUND;
    const path = join(root, requested.slice(prefix.length));
    const [real, realRoot] = await Promise.all([realpath(path).catch(() => undefined), realpath(root)]).catch(
      () => [undefined, undefined],
    );
    if (real === undefined) return NOT_FOUND;
    const isInside = real === realRoot || real.startsWith(`${realRoot}/`);
    return isInside ? { ok: true, value: real } : refused(`'${path}' is inaccessible.\n`);
  }
}

const NOT_FOUND = { ok: false, status: 404, text: '' } as const;

function refused(text: string): { readonly ok: false; readonly status: 400; readonly text: string } {
  return { ok: false, status: 400, text };
}

async function pieceOf(file: FileHandle, offset: number, length: number | undefined): Promise<FilePiece> {
  const { size } = await file.stat();
  const rest = Math.max(0, size - offset);
  const buffer = new Uint8Array(Math.min(length ?? rest, rest, MAX_READ_BYTES));
  if (buffer.length === 0) return { size, data: buffer };
  const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
  return { size, data: buffer.subarray(0, bytesRead) };
}

interface OwnerNames {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

/** What this machine calls its users and groups. */
async function ownerNames(): Promise<OwnerNames> {
  const [users, groups] = await Promise.all(['/etc/passwd', '/etc/group'].map(namesIn));
  return { users: users ?? new Map(), groups: groups ?? new Map() };
}

/** Name and number are the first and third field of a line in both files. */
async function namesIn(path: string): Promise<Map<number, string>> {
  const names = new Map<number, string>();
  for (const line of (await readFile(path, 'utf8').catch(() => '')).split('\n')) {
    const [name, , number] = line.split(':');
    if (name && number && !names.has(Number(number))) names.set(Number(number), name);
  }
  return names;
}

async function fileInfo(
  path: string,
  shownPath: string,
  { users, groups }: OwnerNames,
): Promise<mesos.v1.IFileInfo | undefined> {
  // It may be gone by now, or a link that leads nowhere.
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  return {
    path: shownPath,
    nlink: info.nlink,
    size: info.size,
    mtime: { nanoseconds: toInt64(BigInt(Math.floor(info.mtimeMs / 1000)) * 1_000_000_000n) },
    mode: info.mode,
    uid: users.get(info.uid) ?? String(info.uid),
    gid: groups.get(info.gid) ?? String(info.gid),
  };
}

/** What a reply calls a file that is sent as a whole; bytes that a header cannot hold are left out. */
export function downloadName(path: string): string {
  // Headers are written byte for byte: what is not ASCII goes out as the UTF-8 that it is.
  return [...Buffer.from(basename(path)).toString('latin1')]
    .filter((character) => character >= ' ' && character !== '\u007f')
    .join('');
}
