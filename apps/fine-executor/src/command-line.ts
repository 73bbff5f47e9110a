/** What was said on the command line. */
export type CommandLine =
  | { readonly kind: 'run'; readonly program: string; readonly arguments: readonly string[] }
  | { readonly kind: 'text'; readonly text: string; readonly isError: boolean };

const USAGE = `Usage: spark-mesos-fine-executor -- PROGRAM [ARGUMENT]...

The Mesos executor of fine mode. A Mesos agent starts it; it runs PROGRAM, a Spark executor, as its child, and takes the
tasks that stand for what runs in there. There is nothing to set: what it needs stands in the environment that the agent
gives it.
`;

/** Reads the command line: everything behind \`--\` is the child's. */
export function readCommandLine(argv: readonly string[], version: string): CommandLine {
  const [first, program, ...rest] = argv;
  if (first === '--help' || first === '--version') {
    return { kind: 'text', text: first === '--help' ? USAGE : `${version}\n`, isError: false };
  }
  return first === '--' && program
    ? { kind: 'run', program, arguments: rest }
    : { kind: 'text', text: USAGE, isError: true };
}
