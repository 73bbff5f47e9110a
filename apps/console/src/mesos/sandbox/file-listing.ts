import { asObject, numberOf, textOf } from '../../shared/json.ts';

/** One entry of a sandbox directory. */
export interface FileEntry {
  readonly name: string;
  readonly path: string;
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly mode: string;
  readonly owner: string;
}

/** The two logs that every task has; they stand first and open at once. */
export const LOG_NAMES: readonly string[] = ['stdout', 'stderr'];

/** Reads the answer of `/files/browse`: logs first, then directories, then the rest by name. */
export function parseListing(answer: unknown): readonly FileEntry[] {
  const entries = Array.isArray(answer) ? answer.map(asObject) : [];
  return entries
    .filter((entry) => textOf(entry, 'path') !== '')
    .map((entry) => {
      const path = textOf(entry, 'path');
      const mode = textOf(entry, 'mode');
      return {
        name: baseName(path),
        path,
        isDirectory: mode.startsWith('d'),
        sizeBytes: numberOf(entry, 'size'),
        modifiedMs: numberOf(entry, 'mtime') * 1000,
        mode,
        owner: [textOf(entry, 'uid'), textOf(entry, 'gid')].filter((part) => part !== '').join(':'),
      };
    })
    .sort((left, right) => rank(left) - rank(right) || left.name.localeCompare(right.name));
}

/** The path of something below a sandbox, e.g. `logs/today`; steps upwards are dropped. */
export function joinPath(directory: string, below: string): string {
  const steps = below.split('/').filter((step) => step !== '' && step !== '.' && step !== '..');
  return [directory.replace(/\/+$/, ''), ...steps].join('/');
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function rank(entry: FileEntry): number {
  if (!entry.isDirectory && LOG_NAMES.includes(entry.name)) return LOG_NAMES.indexOf(entry.name);
  return entry.isDirectory ? LOG_NAMES.length : LOG_NAMES.length + 1;
}
