import { readCommandLine, type SparkCommandLine } from './command-line.ts';
import { examine } from './doctor/examination.ts';
import { CHECKS, type CheckName, type Finding } from './doctor/finding.ts';
import { findingLine, reportOf, summaryLine } from './doctor/report.ts';
import { SubmitError } from './errors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { type CommandDescription, helpOf } from './help.ts';
import type { OwnFlag } from './own-arguments.ts';
import { OWN_FLAGS } from './own-options.ts';

/** What of `submit` is of any meaning here. */
const TAKEN: ReadonlySet<string> = new Set(['spark-home', 'dispatcher', 'token-file', 'gateway-port']);
const JSON_FLAG: OwnFlag = { name: 'json', meaning: 'print what was found as JSON' };

/** `spark-mesos doctor`, as people are told of it. */
export const DOCTOR: CommandDescription = {
  name: 'doctor',
  summary: 'say what would keep an application from running, and what to do about it',
  usage: 'spark-mesos doctor [--master MASTER] [flags below] [everything that submit takes]',
  text: [
    'Looks at everything that an application would stand on, one line for each: ok, warning, problem (with what to do) or',
    'skipped. It takes the words of a submit that does not work, with doctor in the place of submit, and changes nothing: the',
    'framework that it registers to see offers is torn down. It ends with 0 if there is no problem.',
    '',
    'Checks, and how long each may take:',
    ...Object.entries(CHECKS).map(
      ([check, { about, limitMs }]) =>
        `  ${check.padEnd(13)}${about}${limitMs === 0 ? '' : ` (${limitMs / 1000} s)`}`,
    ),
  ].join('\n'),
  flags: [...OWN_FLAGS.filter(({ name }) => TAKEN.has(name)), JSON_FLAG],
  examples: [
    [
      'spark-mesos doctor --master mesos://10.0.0.1:5050 --executor-cores 4 --executor-memory 8g',
      'would executors of this size run there?',
    ],
    ['spark-mesos doctor --dispatcher http://dispatcher:8081 --json', 'for a script'],
  ],
  takesSparkOptions: true,
};

/** What the command takes from its process. */
export interface DoctorSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly write: (text: string) => void;
}

/** `spark-mesos doctor`, from its words to its exit status. */
export async function runDoctor(
  words: readonly string[],
  { environment, write }: DoctorSurroundings,
): Promise<number> {
  const line = readCommandLine('submit', words);
  if (line.switches.has('--help') || line.switches.has('-h')) {
    write(helpOf(DOCTOR));
    return 0;
  }
  refuseUnknown(line);
  const { json } = line.own;
  const findings = new InOrder((finding) => {
    if (!json) write(findingLine(finding));
  });
  await examine(line, environment, (check, judgement) => findings.add({ check, ...judgement }));
  const report = reportOf(findings.all);
  write(json ? `${JSON.stringify(report, null, 2)}\n` : summaryLine(report));
  return report.ok ? 0 : EXIT_CODES.unhealthy;
}

function refuseUnknown({ unknownOptions: [unknown] }: SparkCommandLine): void {
  if (unknown !== undefined)
    throw new SubmitError('SUBMIT_USAGE', `${unknown} is not known here; --help shows what is`);
}

/** Shows findings as soon as all before them are there: a person reads on while the rest is looked at. */
class InOrder {
  readonly #show: (finding: Finding) => void;
  readonly #found = new Map<CheckName, Finding>();
  readonly #left = Object.keys(CHECKS) as CheckName[];

  constructor(show: (finding: Finding) => void) {
    this.#show = show;
  }

  get all(): readonly Finding[] {
    return [...this.#found.values()];
  }

  add(finding: Finding): void {
    this.#found.set(finding.check, finding);
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#left.shift();
      this.#show(next);
    }
  }

  #next(): Finding | undefined {
    const [check] = this.#left;
    return check === undefined ? undefined : this.#found.get(check);
  }
}
