import type { DispatcherClient } from '@spark-mesos/cluster-dispatcher/client';
import { parseDurationMs } from '@spark-mesos/scheduler-utils';
import { asking, connectDispatcher, DISPATCHER_FLAGS } from './dispatcher-connection.ts';
import { type DriverLog, followLog, printLog } from './driver-log.ts';
import { SubmitError } from './errors.ts';
import { type CommandDescription, helpOf } from './help.ts';
import { type OwnArguments, type OwnFlag, readOwnArguments } from './own-arguments.ts';
import { submissionTable, submissionText } from './submission-text.ts';

/** What these commands take from their process. */
export interface DispatcherSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** A command that asks a dispatcher. */
export interface DispatcherCommand extends CommandDescription {
  readonly run: (
    said: OwnArguments,
    client: DispatcherClient,
    around: DispatcherSurroundings,
  ) => Promise<void>;
}

const JSON_FLAG: OwnFlag = { name: 'json', meaning: 'print what the dispatcher answers, as JSON' };

/** What can be asked of a dispatcher without a Spark. */
export const DISPATCHER_COMMANDS: readonly DispatcherCommand[] = [
  {
    name: 'list',
    summary: 'list the drivers of a dispatcher',
    usage: 'spark-mesos list [TEXT] [flags]',
    text: 'Lists the drivers of a dispatcher, the newest first; with TEXT, those with it in their id or name.',
    examples: [
      ['spark-mesos list --state queued,retrying', 'what waits'],
      ['spark-mesos list nightly --json', 'for a script'],
    ],
    flags: [
      {
        name: 'state',
        value: 'STATES',
        meaning: 'queued, launching, running, …; several with commas between',
      },
      { name: 'queue', value: 'NAME', meaning: 'those of one queue' },
      { name: 'limit', value: 'NUMBER', meaning: 'at most so many (default: 100)' },
      JSON_FLAG,
      ...DISPATCHER_FLAGS,
    ],
    run: async ({ words: [search, ...more], values, switches }, client, { write }) => {
      noMore(more);
      const query = Object.fromEntries(
        [...values, ...(search === undefined ? [] : [['search', search] as const])].filter(([name]) =>
          ['state', 'queue', 'limit', 'search'].includes(name),
        ),
      );
      const page = await asking(client.list(query));
      write(switches.has('json') ? json(page) : submissionTable(page.submissions));
    },
  },
  {
    name: 'status',
    summary: 'say how a driver of a dispatcher is, and why',
    usage: 'spark-mesos status ID [flags]',
    text: 'Says how a driver of a dispatcher is, and why.',
    examples: [['spark-mesos status driver-20261121120000-0001', 'one driver']],
    flags: [JSON_FLAG, ...DISPATCHER_FLAGS],
    run: async (said, client, { write }) => {
      const id = onlyId(said);
      const submission = await asking(client.status(id));
      if (said.switches.has('json')) write(json(submission));
      else write(submissionText(submission, (await asking(client.explain(id))).sentence));
    },
  },
  {
    name: 'kill',
    summary: 'end a driver of a dispatcher',
    usage: 'spark-mesos kill ID [flags]',
    text: 'Ends a driver of a dispatcher, and its executors with it.',
    examples: [['spark-mesos kill driver-20261121120000-0001 --grace 30s', 'it has 30 s to end by itself']],
    flags: [
      { name: 'grace', value: 'TIME', meaning: 'how long it may take to end by itself, such as 30s' },
      JSON_FLAG,
      ...DISPATCHER_FLAGS,
    ],
    run: async (said, client, { write }) => {
      const id = onlyId(said);
      const killed = await asking(client.kill(id, graceOf(said)));
      write(said.switches.has('json') ? json(killed) : `${id} was ${killed.was}, and is told to end\n`);
    },
  },
  {
    name: 'logs',
    summary: "print a driver's log",
    usage: 'spark-mesos logs ID [flags]',
    text: 'Prints the log of a driver, of its last attempt unless another is named.',
    examples: [
      ['spark-mesos logs driver-20261121120000-0001 --follow', 'its standard error, as it is written'],
      ['spark-mesos logs driver-20261121120000-0001 --file stdout', 'what the program printed'],
    ],
    flags: [
      {
        name: 'file',
        value: 'FILE',
        choices: ['stdout', 'stderr'],
        meaning: 'stdout or stderr (default: stderr)',
      },
      { name: 'follow', meaning: 'go on until the driver has ended' },
      { name: 'attempt', value: 'NUMBER', meaning: 'of this attempt (default: the last one)' },
      ...DISPATCHER_FLAGS,
    ],
    run: (said, client, around) =>
      (said.switches.has('follow') ? followLog : printLog)(client, logOf(said), around),
  },
];

/** Runs such a command, from its words to its exit status. */
export async function runDispatcherCommand(
  command: DispatcherCommand,
  words: readonly string[],
  around: DispatcherSurroundings,
): Promise<number> {
  const said = readOwnArguments(command.flags, words);
  if (said.switches.has('help')) {
    around.write(helpOf(command));
    return 0;
  }
  const place = { url: said.values.get('dispatcher'), tokenFile: said.values.get('token-file') };
  await command.run(said, await connectDispatcher(place, around.environment), around);
  return 0;
}

function logOf(said: OwnArguments): DriverLog {
  const id = onlyId(said);
  const file = said.values.get('file') ?? 'stderr';
  if (file !== 'stdout' && file !== 'stderr') {
    throw new SubmitError('SUBMIT_USAGE', `--file is "${file}"; it is stdout or stderr`);
  }
  const number = said.values.get('attempt');
  if (number !== undefined && !/^\d{1,6}$/.test(number)) {
    throw new SubmitError('SUBMIT_USAGE', `--attempt is "${number}"; it needs a number`);
  }
  return { id, file, ...(number === undefined ? {} : { attempt: Number(number) }) };
}

function onlyId({ words: [id, ...more] }: OwnArguments): string {
  noMore(more);
  if (id === undefined)
    throw new SubmitError('SUBMIT_USAGE', 'the id of a driver is missing; spark-mesos list shows them');
  return id;
}

function noMore(more: readonly string[]): void {
  if (more.length > 0) throw new SubmitError('SUBMIT_USAGE', `"${more.join(' ')}" is too much`);
}

function graceOf({ values }: OwnArguments): number | undefined {
  const text = values.get('grace');
  if (text === undefined) return undefined;
  try {
    return parseDurationMs(text, 's');
  } catch (cause) {
    throw new SubmitError('SUBMIT_USAGE', `--grace is "${text}"; it needs a time such as 30s`, { cause });
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
