import { mesos, toInt64, toUint64 } from '@spark-mesos/mesos-proto';
import { MesosError } from '../errors.ts';
import type { Peer } from '../http/problems.ts';

/** The types of calls that masters and agents understand alike: they have the same numbers for both. */
const { Type } = mesos.v1.master.Call;

/** A call that masters and agents understand alike. */
export interface ProcessCall {
  readonly type: number;
  readonly getMetrics?: mesos.v1.master.Call.IGetMetrics;
  readonly setLoggingLevel?: mesos.v1.master.Call.ISetLoggingLevel;
  readonly listFiles?: mesos.v1.master.Call.IListFiles;
  readonly readFile?: mesos.v1.master.Call.IReadFile;
}

/** What both answer to it. */
export interface ProcessResponse {
  readonly getHealth?: mesos.v1.master.Response.IGetHealth | null;
  readonly getFlags?: mesos.v1.master.Response.IGetFlags | null;
  readonly getVersion?: mesos.v1.master.Response.IGetVersion | null;
  readonly getMetrics?: mesos.v1.master.Response.IGetMetrics | null;
  readonly getLoggingLevel?: mesos.v1.master.Response.IGetLoggingLevel | null;
  readonly listFiles?: mesos.v1.master.Response.IListFiles | null;
  readonly readFile?: mesos.v1.master.Response.IReadFile | null;
}

/** What an operator asks of any process of Mesos, be it a master or an agent. */
export abstract class ProcessOperator<
  Call extends { type?: number | null },
  Response extends ProcessResponse,
> {
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Sends any call that is answered at once; gives the answer, if there is one. */
  abstract call(call: Call | ProcessCall): Promise<Response | undefined>;

  /** Whether it considers itself healthy. */
  async getHealth(): Promise<boolean> {
    return (await this.ask({ type: Type.GET_HEALTH })).getHealth?.healthy ?? false;
  }

  /** The flags that it was started with. */
  async getFlags(): Promise<mesos.v1.IFlag[]> {
    return (await this.ask({ type: Type.GET_FLAGS })).getFlags?.flags ?? [];
  }

  /** Its version, and how it was built. */
  async getVersion(): Promise<mesos.v1.IVersionInfo> {
    const { getVersion } = await this.ask({ type: Type.GET_VERSION });
    return this.required(getVersion, 'get_version').versionInfo;
  }

  /** What it counts and measures; leaves out what it cannot find out within the timeout, if one is given. */
  async getMetrics(timeoutMs?: number): Promise<mesos.v1.IMetric[]> {
    const getMetrics = timeoutMs === undefined ? {} : { timeout: durationOf(timeoutMs) };
    return (await this.ask({ type: Type.GET_METRICS, getMetrics })).getMetrics?.metrics ?? [];
  }

  /** How much it logs; 0 is the ordinary level. */
  async getLoggingLevel(): Promise<number> {
    const { getLoggingLevel } = await this.ask({ type: Type.GET_LOGGING_LEVEL });
    return this.required(getLoggingLevel, 'get_logging_level').level;
  }

  /** Logs more for a while. */
  async setLoggingLevel(level: number, durationMs: number): Promise<void> {
    const setLoggingLevel = { level, duration: durationOf(durationMs) };
    await this.call({ type: Type.SET_LOGGING_LEVEL, setLoggingLevel });
  }

  /** What is in a folder, such as a sandbox. */
  async listFiles(path: string): Promise<mesos.v1.IFileInfo[]> {
    return (await this.ask({ type: Type.LIST_FILES, listFiles: { path } })).listFiles?.fileInfos ?? [];
  }

  /** Part of a file, such as the `stdout` of a sandbox. */
  async readFile(path: string, offset = 0, length?: number): Promise<mesos.v1.master.Response.IReadFile> {
    const range = {
      offset: toUint64(offset),
      ...(length === undefined ? {} : { length: toUint64(length) }),
    };
    const { readFile } = await this.ask({ type: Type.READ_FILE, readFile: { path, ...range } });
    return this.required(readFile, 'read_file');
  }

  /** Sends a call that has to have an answer. */
  protected async ask(call: Call | ProcessCall): Promise<Response> {
    return this.required(await this.call(call), 'body');
  }

  /** A part that an answer has to have; without it the answer is no Mesos. */
  protected required<T>(value: T | null | undefined, name: string): T {
    if (value == null) {
      throw new MesosError('MESOS_PROTOCOL', `the ${this.#peer}'s answer lacks its ${name}`);
    }
    return value;
  }
}

/** Whether a call changes nothing, so that it may be asked again. */
export function isQuestion(typeName: string | undefined): boolean {
  return typeName?.startsWith('GET_') === true || typeName === 'LIST_FILES' || typeName === 'READ_FILE';
}

/** A span of time as operators' calls have it. */
export function durationOf(ms: number): mesos.v1.IDurationInfo {
  return { nanoseconds: toInt64(BigInt(Math.round(ms * 1_000_000))) };
}
