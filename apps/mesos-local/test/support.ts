import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const COMMAND = fileURLToPath(new URL('../bin/mesos-local.js', import.meta.url));

/** Builds what programs outside of the test need: they cannot run TypeScript. */
export function buildAll(): void {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const packages = ['apps/mesos-local', 'packages/mesos-client'].map((folder) => join(ROOT, folder));
  execFileSync(process.execPath, [join(dirname(typescript), 'bin', 'tsc'), '-b', ...packages]);
}

/** How a program ended, and all that it said. */
export interface Ending {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs beside the test. */
export class Program {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly ended: Promise<Ending>;
  #stderr = '';

  private constructor(words: readonly string[]) {
    this.child = spawn(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.lines.push(line);
      this.child.emit('said');
    });
    this.ended = once(this.child, 'close').then(([status]) => ({
      status: status as number | null,
      stdout: this.lines.join('\n'),
      stderr: this.#stderr,
    }));
  }

  static mesosLocal(...words: string[]): Program {
    return new Program([COMMAND, ...words]);
  }

  static example(...words: string[]): Program {
    return new Program([join(ROOT, 'examples', 'scheduler.mjs'), ...words]);
  }

  /** The first match in what it says on standard output. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.lines.join('\n'));
      if (found !== null) return found;
      const said = once(this.child, 'said').then(() => undefined);
      const ending = await Promise.race([said, this.ended]);
      if (ending !== undefined) throw new Error(`it ended with ${ending.status}: ${ending.stderr}`);
    }
  }

  signal(signal: NodeJS.Signals): Promise<Ending> {
    this.child.kill(signal);
    return this.ended;
  }
}
