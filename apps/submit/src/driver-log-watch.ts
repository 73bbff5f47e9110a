import { type FileHandle, open } from 'node:fs/promises';
import { counted } from './progress-words.ts';

/** How often the log is looked at, and every how many looks tasks are told of. */
const INTERVAL_MS = 250;
const LOOKS_UNTIL_TOLD = 4;
const PIECE_BYTES = 64 * 1024;
/** A line longer than this is no line that is looked for. */
const MAXIMUM_LINE = 16 * 1024;

/** `TaskSetManager: Finished task 3.0 in stage 0.0 (TID 3) in 24 ms on host (executor 1) (4/20)`, since Spark 1. */
const FINISHED_TASK = /TaskSetManager: Finished task /;
/** `…DriverEndpoint: Registered executor NettyRpcEndpointRef(…) (10.0.0.2:40312) with ID 0` */
const REGISTERED_EXECUTOR = /Registered executor .* with ID (\d+)/;

/** What the lines of a driver's log have told so far; a pure reader of text. */
export class DriverLogReader {
  readonly #tell: (text: string) => void;
  #begun = '';
  #tasks = 0;
  #told = 0;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  /** Takes more of the log, and tells of executors at once. */
  read(text: string): void {
    const lines = (this.#begun + text).split('\n');
    this.#begun = (lines.pop() ?? '').slice(-MAXIMUM_LINE);
    for (const line of lines) {
      if (FINISHED_TASK.test(line)) this.#tasks += 1;
      const executor = REGISTERED_EXECUTOR.exec(line)?.[1];
      if (executor !== undefined) this.#tell(`executor ${executor} has registered with its driver`);
    }
  }

  /** Tells how many tasks are done, if that has changed. */
  tellTasks(): void {
    if (this.#tasks === this.#told) return;
    this.#told = this.#tasks;
    this.#tell(`${counted(this.#tasks, 'Spark task')} done`);
  }
}

/**
 * Follows the log file of the driver, for as long as it is written. Unlike the driver's web page, the log tells of
 * the last tasks too: the page is gone as soon as the application stops.
 */
export class DriverLogWatch {
  readonly #file: FileHandle;
  readonly #reader: DriverLogReader;
  readonly #decoder = new TextDecoder();
  readonly #timer: NodeJS.Timeout;
  #reading: Promise<void> = Promise.resolve();
  #failed = false;

  private constructor(file: FileHandle, tell: (text: string) => void) {
    this.#file = file;
    this.#reader = new DriverLogReader(tell);
    let looks = 0;
    this.#timer = setInterval(() => {
      looks += 1;
      this.#next(looks % LOOKS_UNTIL_TOLD === 0);
    }, INTERVAL_MS).unref();
  }

  static async open(path: string, tell: (text: string) => void): Promise<DriverLogWatch> {
    return new DriverLogWatch(await open(path, 'r'), tell);
  }

  /** Reads to the end once more, and no further. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#next(true);
    await this.#reading;
    await this.#file.close();
  }

  #next(tellTasks: boolean): void {
    this.#reading = this.#reading.then(async () => {
      await this.#readOn();
      if (tellTasks) this.#reader.tellTasks();
    });
  }

  async #readOn(): Promise<void> {
    if (this.#failed) return;
    try {
      const piece = Buffer.alloc(PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await this.#file.read(piece, 0, PIECE_BYTES, null);
        if (bytesRead === 0) return;
        this.#reader.read(this.#decoder.decode(piece.subarray(0, bytesRead), { stream: true }));
      }
    } catch {
      // Progress is for people; a log that cannot be read must not end a job.
      this.#failed = true;
    }
  }
}
