import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentIdentity } from './model.ts';

/** The search path that Mesos gives to every executor, whatever the agent's own is. */
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
 * nor USER nor LANG, then what the agent was told to give every task, then what the task asks for.
 */
export function commandEnvironment(setting: CommandSetting): Record<string, string> {
  const { identity, directory } = setting;
  const environment: Record<string, string> = {
    LIBPROCESS_IP: identity.ip,
    LIBPROCESS_PORT: '0',
    MESOS_AGENT_ENDPOINT: `${identity.ip}:${identity.port}`,
    MESOS_ALLOCATION_ROLE: setting.role,
    MESOS_CHECKPOINT: setting.checkpoint ? '1' : '0',
    MESOS_DIRECTORY: directory,
    MESOS_EXECUTOR_ID: setting.executorId,
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '5secs',
    MESOS_FRAMEWORK_ID: setting.frameworkId,
    MESOS_HTTP_COMMAND_EXECUTOR: '0',
    MESOS_SANDBOX: directory,
    MESOS_SLAVE_ID: identity.agentId,
    MESOS_SLAVE_PID: `slave(1)@${identity.ip}:${identity.port}`,
    PATH: EXECUTOR_PATH,
  };
  if (setting.checkpoint) {
    environment.MESOS_RECOVERY_TIMEOUT = '15mins';
    environment.MESOS_SUBSCRIPTION_BACKOFF_MAX = '2secs';
  }
  Object.assign(environment, identity.taskEnvironment);
  for (const { name, value } of setting.command.environment?.variables ?? []) environment[name] = value ?? '';
  return environment;
}
