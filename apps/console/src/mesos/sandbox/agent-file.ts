import type { LogSource } from '../../shared/log/log-source.ts';
import { request } from '../../shared/request.ts';
import { agentPath } from '../links.ts';
import { parseFileChunk } from './file-chunk.ts';
import { baseName } from './file-listing.ts';

/** A file on an agent, to be followed. */
export function agentFile(agentId: string, path: string): LogSource {
  const ask = async (query: Readonly<Record<string, string>>, signal: AbortSignal | undefined) =>
    parseFileChunk((await request(agentPath(agentId, 'files/read', query), signal)).bytes);
  return {
    key: `${agentId} ${path}`,
    name: baseName(path),
    downloadHref: agentPath(agentId, 'files/download', { path }),
    // Offset -1 asks for the size alone.
    sizeBytes: async (signal) => (await ask({ path, offset: '-1' }, signal)).offset,
    read: ({ offset, length }, signal) =>
      ask({ path, offset: String(offset), length: String(length) }, signal),
  };
}
