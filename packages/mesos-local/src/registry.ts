import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalMesosLogger } from './logger.ts';
import type { RegistryContent } from './master/recovery.ts';

const FILE = 'registry.json';
const EMPTY: RegistryContent = {
  agents: [],
  unreachableAgents: [],
  removedFrameworkIds: [],
  goneAgents: [],
  weights: [],
  quotas: [],
};

/**
 * What outlives a master, in a file of the work folder. The masters of a cluster share one, as those of a real
 * cluster do through their replicated log.
 */
export class Registry {
  readonly #path: string;
  readonly #logger: LocalMesosLogger;
  #written: string;

  private constructor(path: string, text: string, logger: LocalMesosLogger) {
    this.#path = path;
    this.#written = text;
    this.#logger = logger;
  }

  /**
   * Opens the registry of a work folder. The agents of an earlier cluster there have ended with it: they are
   * unreachable, and so are their tasks.
   */
  static open(workDir: string, nowMs: number, logger: LocalMesosLogger): Registry {
    const path = join(workDir, FILE);
    const registry = new Registry(path, JSON.stringify(readContent(path, logger)), logger);
    const content = registry.read();
    const ended = content.agents.map(({ id }) => [id, nowMs] as const);
    registry.write({ ...content, agents: [], unreachableAgents: [...content.unreachableAgents, ...ended] });
    return registry;
  }

  read(): RegistryContent {
    return JSON.parse(this.#written) as RegistryContent;
  }

  /** Written to a file beside it first: one that is cut short is never read. */
  write(content: RegistryContent): void {
    const text = JSON.stringify(content);
    if (text === this.#written) return;
    this.#written = text;
    try {
      writeFileSync(`${this.#path}.new`, text, { mode: 0o600 });
      renameSync(`${this.#path}.new`, this.#path);
    } catch (error) {
      this.#logger.warn({ error, path: this.#path }, 'the registry cannot be written');
    }
  }
}

function readContent(path: string, logger: LocalMesosLogger): RegistryContent {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return EMPTY;
  }
  try {
    return { ...EMPTY, ...(JSON.parse(text) as RegistryContent) };
  } catch {
    logger.warn({ path }, 'the registry cannot be read; beginning a new one');
    return EMPTY;
  }
}
