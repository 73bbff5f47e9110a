import { extname } from 'node:path';
import { type Int64, mesos, toBigInt } from '@spark-mesos/mesos-proto';
import { type AttachedFiles, downloadName, type FileAnswer } from '../endpoints/attached-files.ts';
import { hasField } from '../message-fields.ts';
import { contentTypeOf } from './content-types.ts';
import { type HttpReply, type HttpRequest, jsonReply, textReply } from './messages.ts';
import type { Routes } from './routes.ts';

/** `/files/…` of master and agents: what is in folders, pieces of files, whole files. */
export function fileRoutes(files: AttachedFiles): Routes {
  return {
    '/files/browse': (request) => browse(files, request),
    '/files/read': (request) => read(files, request),
    '/files/download': (request) => download(files, request),
    '/files/debug': (request) => jsonReply(request, Object.fromEntries(files.attached)),
  };
}

const NO_PATH = "Expecting 'path=value' in query.\n";

async function browse(files: AttachedFiles, request: HttpRequest): Promise<HttpReply> {
  const path = request.query.get('path');
  if (!path) return textReply(400, NO_PATH);
  const listed = await files.list(path);
  return listed.ok ? jsonReply(request, listed.value.map(fileView)) : textReply(listed.status, listed.text);
}

/** Without an offset, only how long the file is. */
async function read(files: AttachedFiles, request: HttpRequest): Promise<HttpReply> {
  const path = request.query.get('path');
  if (!path) return textReply(400, NO_PATH);
  const offset = readWhole(request, 'offset');
  const length = readWhole(request, 'length');
  if (typeof offset === 'string') return textReply(400, offset);
  if (typeof length === 'string') return textReply(400, length);
  const isSizeAsked = offset === undefined;
  const piece = await (isSizeAsked ? files.read(path, 0, 0) : files.read(path, offset, length));
  if (!piece.ok) return textReply(piece.status, piece.text);
  return fileChunkReply(piece.value.data, isSizeAsked ? piece.value.size : offset);
}

async function download(files: AttachedFiles, request: HttpRequest): Promise<HttpReply> {
  const path = request.query.get('path');
  if (!path) return textReply(400, NO_PATH);
  const found = await files.find(path);
  if (!found.ok) return textReply(found.status, found.text);
  return {
    kind: 'file',
    path: found.value,
    headers: {
      'Content-Type': contentTypeOf(extname(found.value)),
      'Content-Disposition': `attachment; filename=${downloadName(found.value)}`,
    },
  };
}

/** The parts about files that the calls of operators to master and to agents have in common. */
export interface FileCall {
  readonly listFiles?: mesos.v1.master.Call.IListFiles | null;
  readonly readFile?: mesos.v1.master.Call.IReadFile | null;
}

/** What master and agents alike answer to such a call: their numbers and parts are the same. */
export interface FileResponse {
  readonly type: number;
  readonly listFiles?: mesos.v1.master.Response.IListFiles;
  readonly readFile?: mesos.v1.master.Response.IReadFile;
}

/** The answer to LIST_FILES and READ_FILE, in the form that `write` gives it. */
export async function fileCallReply(
  files: AttachedFiles,
  call: FileCall,
  write: (response: FileResponse) => HttpReply,
): Promise<HttpReply> {
  const answer = await fileAnswer(files, call);
  return answer.ok ? write(answer.value) : textReply(answer.status, answer.text);
}

async function fileAnswer(
  files: AttachedFiles,
  { listFiles, readFile }: FileCall,
): Promise<FileAnswer<FileResponse>> {
  const { Type } = mesos.v1.master.Response;
  if (readFile) {
    const { path, offset, length } = readFile;
    const most = hasField(readFile, 'length') ? bounded(length ?? 0) : undefined;
    const piece = await files.read(path, bounded(offset), most);
    return piece.ok ? { ok: true, value: { type: Type.READ_FILE, readFile: piece.value } } : piece;
  }
  const listed = await files.list(listFiles?.path ?? '');
  return listed.ok
    ? { ok: true, value: { type: Type.LIST_FILES, listFiles: { fileInfos: listed.value } } }
    : listed;
}

/** No file is longer than what a number can say. */
function bounded(value: Int64): number {
  return Math.min(Number(toBigInt(value)), Number.MAX_SAFE_INTEGER);
}

/**
 * A piece of a file with its bytes as they are, also those of half a character at its ends: so does Mesos, and
 * so a reader can put the pieces together.
 */
function fileChunkReply(bytes: Uint8Array, offset: number): HttpReply {
  const text = `{"data":${JSON.stringify(Buffer.from(bytes).toString('latin1'))},"offset":${offset}}`;
  const headers = { 'Content-Type': 'application/json' };
  return { kind: 'body', status: 200, headers, body: Buffer.from(text, 'latin1') };
}

/** A number of the query, undefined when it is not there or is -1, or what is wrong with it. */
function readWhole(request: HttpRequest, name: string): number | string | undefined {
  const text = request.query.get(name);
  if (text === null || text === '-1') return undefined;
  if (!/^-?\d{1,15}$/.test(text)) return `Failed to parse ${name}: Failed to convert '${text}' to number.\n`;
  return text.startsWith('-') ? `Negative ${name} provided: ${text}.\n` : Number(text);
}

const FILE_TYPES: Readonly<Record<number, string>> = {
  1: 'p',
  2: 'c',
  4: 'd',
  6: 'b',
  9: 'l',
  11: 's',
};

/** As `ls` writes it. */
function modeText(mode: number): string {
  const letters = [...'rwxrwxrwx'].map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'));
  return (FILE_TYPES[mode >> 12] ?? '-') + letters.join('');
}

/** A file as `/files/browse` has it. */
function fileView({ path, nlink, size, mtime, mode, uid, gid }: mesos.v1.IFileInfo) {
  const seconds = Number(toBigInt(mtime?.nanoseconds ?? 0) / 1_000_000_000n);
  return { gid, mode: modeText(mode ?? 0), mtime: seconds, nlink, path, size, uid };
}
