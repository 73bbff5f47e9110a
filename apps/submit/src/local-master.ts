import { availableParallelism, totalmem } from 'node:os';
import { SubmitError } from './errors.ts';

/** What `mesos://local[…]` asks for; what is absent follows from the machine. */
export interface LocalMaster {
  readonly agents: number;
  /** Of each agent. */
  readonly cpus?: number;
  /** Of each agent. */
  readonly memMiB?: number;
  /** Of each agent. */
  readonly diskMiB?: number;
  /** Of the master; any free one if absent. */
  readonly port?: number;
}

/** The size of one embedded agent. */
export interface AgentSize {
  readonly cpus: number;
  readonly memMiB: number;
  readonly diskMiB?: number;
}

const DEFAULT_AGENTS = 2;
const MAXIMUM_AGENTS = 100;

const GRAMMAR =
  'mesos://local[AGENTS,cpus=N,mem=MIB,disk=MIB,port=N], each part optional, e.g. mesos://local[2,cpus=4,mem=4096]';

const KEYS = ['agents', 'cpus', 'mem', 'disk', 'port'] as const;
type Key = (typeof KEYS)[number];

/** Reads `mesos://local`, `mesos://local[2]` or `mesos://local[2,cpus=4,mem=4g]`. */
export function parseLocalMaster(url: string): LocalMaster {
  const inside = /^mesos:\/\/local(?:\[([^[\]]*)\])?$/.exec(url);
  if (inside === null) throw wrong(url, 'the bracket is not closed, or something follows it');
  const values = new Map<Key, number>();
  const parts = (inside[1] ?? '').split(',').map((part) => part.trim());
  for (const [position, part] of parts.entries()) {
    if (part === '' && parts.length === 1) break;
    const [name, text] = part.includes('=') ? splitPair(part) : ['agents', part];
    if (!part.includes('=') && position > 0) throw wrong(url, `"${part}" has no name`);
    const key = KEYS.find((known) => known === name);
    if (key === undefined) throw wrong(url, `"${name}" is none of ${KEYS.join(', ')}`);
    if (values.has(key)) throw wrong(url, `"${key}" is given twice`);
    values.set(key, amountOf(url, key, text));
  }
  const local = { agents: values.get('agents') ?? DEFAULT_AGENTS };
  return {
    ...local,
    ...defined('cpus', values.get('cpus')),
    ...defined('memMiB', values.get('mem')),
    ...defined('diskMiB', values.get('disk')),
    ...defined('port', values.get('port')),
  };
}

/** What the machine has, as far as this process may use it. */
export interface MachineSize {
  readonly cpus: number;
  readonly memMiB: number;
}

/** What this process may use of the machine; a container's limit counts, not its host's memory. */
export function machineSize(): MachineSize {
  const limit = process.constrainedMemory();
  const bytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { cpus: availableParallelism(), memMiB: Math.floor(bytes / 1024 / 1024) };
}

/**
 * The size of each agent: what was asked for, else an even share of the machine, but never too little for an
 * executor of 2 cores and Spark's default memory (1 GiB of heap, 384 MiB of overhead): processes may share cores.
 * Three quarters of the memory go to the agents: the driver and this process live beside them.
 */
export function agentSize(local: LocalMaster, machine: MachineSize): AgentSize {
  return {
    cpus: local.cpus ?? Math.max(2, Math.floor(machine.cpus / local.agents)),
    memMiB: local.memMiB ?? Math.max(2048, Math.floor((machine.memMiB * 0.75) / local.agents)),
    ...defined('diskMiB', local.diskMiB),
  };
}

function splitPair(part: string): [string, string] {
  const split = part.indexOf('=');
  return [part.slice(0, split).trim(), part.slice(split + 1).trim()];
}

function amountOf(url: string, key: Key, text: string): number {
  if (key === 'mem' || key === 'disk') return mebibytes(url, key, text);
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const whole = key === 'cpus' || Number.isInteger(number);
  const [least, most] = { agents: [1, MAXIMUM_AGENTS], cpus: [0.1, 10_000], port: [0, 65_535] }[key] as [
    number,
    number,
  ];
  if (!whole || !(number >= least && number <= most)) {
    throw wrong(url, `${key} is "${text}"; it is a number from ${least} to ${most}`);
  }
  return number;
}

const UNITS: Readonly<Record<string, number>> = { m: 1, g: 1024, t: 1024 * 1024 };

function mebibytes(url: string, key: Key, text: string): number {
  const match = /^(\d{1,9})([mgt]?)$/.exec(text.toLowerCase());
  const amount = match === null ? 0 : Number(match[1]) * (UNITS[match[2] || 'm'] ?? 1);
  if (amount < 1) throw wrong(url, `${key} is "${text}"; it is an amount in MiB, or with a unit, such as 4g`);
  return amount;
}

function defined<K extends string>(key: K, value: number | undefined): { [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: number });
}

function wrong(url: string, what: string): SubmitError {
  return new SubmitError(
    'SUBMIT_USAGE',
    `the master "${url}" is not understood: ${what}. It is written ${GRAMMAR}`,
  );
}
