import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentIdentity, ContainerRun } from './model.ts';

/** The search path that Mesos gives to every executor that was given none, whatever the agent's own is. */
const EXECUTOR_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a command task finds itself in. */
export interface CommandSetting {
  readonly identity: AgentIdentity;
  readonly frameworkId: string;
  readonly executorId: string;
  readonly role: string;
  readonly directory: string;
  /** Whether the framework asked that its tasks outlive the agent. */
  readonly checkpoint: boolean;
  readonly command: mesos.v1.ICommandInfo;
}

/**
 * The whole environment of a command task under a real agent: nothing of the agent's own, so neither HOME
 * nor USER nor LANG, but what it was told to give every executor, then what Mesos says of itself, then what the
 * task asks for.
 */
export function commandEnvironment(setting: CommandSetting): Record<string, string> {
  return environmentOf(setting, { MESOS_ALLOCATION_ROLE: setting.role });
}

/** What an executor of a framework's own finds itself in. */
export interface ExecutorSetting extends Omit<CommandSetting, 'role'> {
  /** How long it has to end after SHUTDOWN, as `5secs`. */
  readonly shutdownGrace: string;
  /** With which it shows its agent who it is. */
  readonly token: string | undefined;
}

/** The whole environment of an executor under a real agent. */
export function executorEnvironment(setting: ExecutorSetting): Record<string, string> {
  return environmentOf(setting, {
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: setting.shutdownGrace,
    ...(setting.token !== undefined && { MESOS_EXECUTOR_AUTHENTICATION_TOKEN: setting.token }),
  });
}

function environmentOf(
  setting: Omit<CommandSetting, 'role'>,
  more: Readonly<Record<string, string>>,
): Record<string, string> {
  const { identity, directory } = setting;
  const environment: Record<string, string> = {
    LIBPROCESS_IP: identity.ip,
    PATH: EXECUTOR_PATH,
    ...identity.executorEnvironment,
    LIBPROCESS_PORT: '0',
    MESOS_AGENT_ENDPOINT: `${identity.ip}:${identity.port}`,
    MESOS_CHECKPOINT: setting.checkpoint ? '1' : '0',
    MESOS_DIRECTORY: directory,
    MESOS_EXECUTOR_ID: setting.executorId,
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '5secs',
    MESOS_FRAMEWORK_ID: setting.frameworkId,
    MESOS_HTTP_COMMAND_EXECUTOR: '0',
    MESOS_SANDBOX: directory,
    MESOS_SLAVE_ID: identity.agentId,
    MESOS_SLAVE_PID: `slave(1)@${identity.ip}:${identity.port}`,
    ...more,
  };
  if (setting.checkpoint) {
    environment.MESOS_RECOVERY_TIMEOUT = '15mins';
    environment.MESOS_SUBSCRIPTION_BACKOFF_MAX = '2secs';
  }
  for (const { name, value } of setting.command.environment?.variables ?? []) environment[name] = value ?? '';
  return environment;
}

/** What the process of a task finds itself in. */
export function taskEnvironment(
  identity: AgentIdentity,
  { executor, directory, task }: ContainerRun,
  framework: mesos.v1.IFrameworkInfo | undefined,
): Record<string, string> {
  return commandEnvironment({
    identity,
    frameworkId: executor.frameworkId,
    executorId: executor.id,
    role: executor.role,
    directory,
    checkpoint: framework?.checkpoint ?? false,
    command: task?.info.command ?? {},
  });
}
