import { readFileSync } from 'node:fs';
import { ExecutorClient, MesosError, parseExecutorEnvironment } from '@spark-mesos/mesos-client';
import { readCommandLine } from './command-line.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { runExecutor } from './run.ts';

/** Proves to the agent who calls; what is started by us must not have it. */
const TOKEN = 'MESOS_EXECUTOR_AUTHENTICATION_TOKEN';

/** Everything ends here: the only file that ends the process. */
function end(status: number): never {
  process.exit(status);
}

/** Into the sandbox's file, in front of what the child says. */
function tell(text: string): void {
  process.stderr.write(`spark-mesos-fine-executor: ${text}\n`);
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

async function run(program: string, args: readonly string[]): Promise<number> {
  const environment = parseExecutorEnvironment(process.env);
  delete process.env[TOKEN];
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => asked.abort());
  }
  const client = new ExecutorClient({ environment });
  const { isFault, reason } = await runExecutor({
    client,
    program,
    arguments: args,
    environment: process.env,
    signal: asked.signal,
    tell,
  });
  tell(`ended: ${reason}`);
  return isFault ? EXIT_CODES.unavailable : EXIT_CODES.done;
}

try {
  const said = readCommandLine(process.argv.slice(2), ownVersion());
  if (said.kind === 'text') {
    (said.isError ? process.stderr : process.stdout).write(said.text);
    end(said.isError ? EXIT_CODES.usage : EXIT_CODES.done);
  }
  end(await run(said.program, said.arguments));
} catch (error) {
  const isSettings = error instanceof MesosError && error.code === 'MESOS_ENVIRONMENT_INVALID';
  tell(isSettings ? error.message : String((error as Error).stack ?? error));
  end(isSettings ? EXIT_CODES.settings : EXIT_CODES.internal);
}
