import type { mesos } from '@spark-mesos/mesos-proto';

/**
 * The command of a Mesos executor that runs another command as its child: the program with the other one's argv behind
 * it, and with its environment, files and user. A shell's command becomes one of `/bin/sh`.
 */
export function carriedCommand(program: string, command: mesos.v1.ICommandInfo): mesos.v1.ICommandInfo {
  const { shell, value, arguments: argv } = command;
  const isShell = shell ?? true;
  // argv[0] of a child is not the agent's to choose here: it is the path by which it is started.
  const child = isShell ? ['/bin/sh', '-c', value ?? ''] : [value ?? '', ...(argv ?? []).slice(1)];
  return { ...command, shell: false, value: program, arguments: [program, '--', ...child] };
}
