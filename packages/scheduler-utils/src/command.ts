import type { mesos } from '@spark-mesos/mesos-proto';
import { ConfigError } from './errors.ts';

/** A program to run on an agent. */
export interface ProgramLaunch {
  /** Path of the program, or its name where the agent's PATH finds it. */
  readonly program: string;
  /** Its arguments, as they shall arrive. */
  readonly arguments: readonly string[];
  /** What it sees as its own name (argv[0]); the program's path if not given. */
  readonly programName?: string;
  readonly environment?: ReadonlyMap<string, string>;
  readonly uris?: readonly mesos.v1.CommandInfo.IURI[];
  /** The system user to run as; the framework's if not given. */
  readonly user?: string;
}

/**
 * The command in argv form: no shell reads any of it, so no text needs quotes and none can break out (rule C18).
 *
 * ```ts
 * argvCommand({ program: '/usr/bin/java', arguments: ['-cp', 'a b.jar', 'Main'] })
 * ```
 */
export function argvCommand(launch: ProgramLaunch): mesos.v1.ICommandInfo {
  const argv = [launch.programName ?? launch.program].concat(launch.arguments);
  refuseNul(launch.program, 'An argument');
  for (const text of argv) {
    refuseNul(text, 'An argument');
  }
  return {
    shell: false,
    value: launch.program,
    arguments: argv,
    environment: environmentMessage(launch.environment ?? new Map()),
    uris: [...(launch.uris ?? [])],
    ...(launch.user === undefined ? {} : { user: launch.user }),
  };
}

/** Variables for a command, in the order of the map. */
export function environmentMessage(variables: ReadonlyMap<string, string>): mesos.v1.IEnvironment {
  return {
    variables: [...variables].map(([name, value]) => {
      if (name === '' || name.includes('=')) {
        throw new ConfigError('CONFIG_MALFORMED', `'${name}' is no name of an environment variable`);
      }
      refuseNul(name + value, `Environment variable ${name}`);
      return { name, value };
    }),
  };
}

function refuseNul(text: string, what: string): void {
  if (text.includes('\0')) {
    throw new ConfigError('CONFIG_MALFORMED', `${what} holds a NUL character, which no program can be given`);
  }
}
