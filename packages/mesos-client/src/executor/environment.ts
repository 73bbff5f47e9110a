import { z } from 'zod';
import { MesosError } from '../errors.ts';
import { parseMesosDurationMs } from './duration.ts';

/** What an agent tells an executor that it starts. */
export interface ExecutorEnvironment {
  readonly frameworkId: string;
  readonly executorId: string;
  readonly agentId: string | undefined;
  /** Where the agent listens. */
  readonly agentUrl: URL;
  /** The agent's Unix domain socket, where it has one for executors. */
  readonly domainSocket: string | undefined;
  /** Where the executor may leave files. */
  readonly sandbox: string | undefined;
  /** Whether the executor may outlive a restart of its agent. */
  readonly checkpoint: boolean;
  /** How long it waits for the agent to come back. */
  readonly recoveryTimeoutMs: number;
  /** The longest wait between two tries to subscribe again. */
  readonly subscriptionBackOffMaxMs: number;
  /** How long after SHUTDOWN the agent kills it. */
  readonly shutdownGracePeriodMs: number;
  /** Proves to the agent who calls. Take it out of the environment before starting anything else. */
  readonly authenticationToken: string | undefined;
}

const DEFAULT_AGENT_PORT = 5051;

const duration = z.string().transform((text, context) => {
  const ms = parseMesosDurationMs(text);
  if (ms === undefined) {
    context.addIssue(`${JSON.stringify(text)} is no duration, such as 15mins or 2secs`);
    return z.NEVER;
  }
  return ms;
});

const ENVIRONMENT = z
  .object({
    MESOS_FRAMEWORK_ID: z.string().min(1),
    MESOS_EXECUTOR_ID: z.string().min(1),
    MESOS_SLAVE_ID: z.string().min(1).optional(),
    MESOS_AGENT_ENDPOINT: z.string().min(1).optional(),
    MESOS_SLAVE_PID: z.string().min(1).optional(),
    MESOS_DOMAIN_SOCKET: z.string().min(1).optional(),
    MESOS_SANDBOX: z.string().min(1).optional(),
    MESOS_DIRECTORY: z.string().min(1).optional(),
    MESOS_CHECKPOINT: z.string().optional(),
    MESOS_RECOVERY_TIMEOUT: duration.optional(),
    MESOS_SUBSCRIPTION_BACKOFF_MAX: duration.optional(),
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: duration.optional(),
    MESOS_EXECUTOR_AUTHENTICATION_TOKEN: z.string().min(1).optional(),
    LIBPROCESS_SSL_ENABLED: z.string().optional(),
  })
  .transform((variables, context): ExecutorEnvironment => {
    const scheme = isTrue(variables.LIBPROCESS_SSL_ENABLED) ? 'https' : 'http';
    // Agents before 1.8 give only the PID: `slave(1)@10.0.0.1:5051`.
    const endpoint = variables.MESOS_AGENT_ENDPOINT ?? variables.MESOS_SLAVE_PID?.replace(/^.*@/, '');
    const agentUrl = agentUrlOf(scheme, endpoint);
    if (agentUrl === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['MESOS_AGENT_ENDPOINT'],
        message: endpoint === undefined ? 'is missing' : `${JSON.stringify(endpoint)} is not host:port`,
      });
      return z.NEVER;
    }
    return {
      frameworkId: variables.MESOS_FRAMEWORK_ID,
      executorId: variables.MESOS_EXECUTOR_ID,
      agentId: variables.MESOS_SLAVE_ID,
      agentUrl,
      domainSocket: variables.MESOS_DOMAIN_SOCKET,
      sandbox: variables.MESOS_SANDBOX ?? variables.MESOS_DIRECTORY,
      checkpoint: variables.MESOS_CHECKPOINT === '1',
      recoveryTimeoutMs: variables.MESOS_RECOVERY_TIMEOUT ?? 15 * 60_000,
      subscriptionBackOffMaxMs: variables.MESOS_SUBSCRIPTION_BACKOFF_MAX ?? 2_000,
      shutdownGracePeriodMs: variables.MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD ?? 5_000,
      authenticationToken: variables.MESOS_EXECUTOR_AUTHENTICATION_TOKEN,
    };
  });

/** Reads the variables that an agent sets for its executors. Throws MESOS_ENVIRONMENT_INVALID with all that is wrong. */
export function parseExecutorEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): ExecutorEnvironment {
  const parsed = ENVIRONMENT.safeParse(variables);
  if (parsed.success) {
    return parsed.data;
  }
  const problems = parsed.error.issues.map(({ path, message, code }) =>
    code === 'invalid_type' ? `${path.join('.')} is missing` : `${path.join('.')}: ${message}`,
  );
  throw new MesosError(
    'MESOS_ENVIRONMENT_INVALID',
    `this is not the environment of an executor that a Mesos agent has started: ${problems.join('; ')}`,
  );
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

function agentUrlOf(scheme: 'http' | 'https', endpoint: string | undefined): URL | undefined {
  const text = `${scheme}://${endpoint}/api/v1/executor`;
  if (endpoint === undefined || /[/?#@\s]/.test(endpoint) || !URL.canParse(text)) {
    return undefined;
  }
  const url = new URL(text);
  if (!endpoint.replace(/^\[.*\]/, '').includes(':')) {
    url.port = String(DEFAULT_AGENT_PORT);
  }
  return url;
}
