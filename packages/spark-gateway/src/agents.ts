import type { mesos } from '@spark-mesos/mesos-proto';

const DEFAULT_AGENT_PORT = 5051;

/** Where an agent listens. */
interface AgentAddress {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
}

/** The agents that an application was offered, as far as they must be found again. */
export class Agents {
  readonly #addresses = new Map<string, AgentAddress>();

  /** Remembers where agents listen. */
  offered(offers: readonly mesos.v1.IOffer[]): void {
    for (const { agentId, hostname, url } of offers) {
      const id = agentId?.value ?? '';
      const port = url?.address?.port ?? DEFAULT_AGENT_PORT;
      const known = this.#addresses.get(id);
      if (known?.host === hostname && known.port === port) continue;
      this.#addresses.set(id, { scheme: url?.scheme ?? 'http', host: hostname, port });
    }
  }

  /** A driver is told the "worker" of an executor with a port. */
  portOf(agentId: string): number {
    return this.#addresses.get(agentId)?.port ?? DEFAULT_AGENT_PORT;
  }

  /** The agent's own web server, for people and for us; undefined where it was never offered. */
  urlOf(agentId: string): string | undefined {
    const address = this.#addresses.get(agentId);
    if (address === undefined) return undefined;
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    return `${address.scheme}://${host}:${address.port}`;
  }
}

/**
 * The sandbox of a task that runs a command, as its agent's files know it: such a task's executor has the task's own
 * id. The name with `latest` in it is there from the first line on, and needs no look at the agent's state.
 */
export function sandboxPath(frameworkId: string, taskId: string, file: string): string {
  return `/frameworks/${frameworkId}/executors/${taskId}/runs/latest/${file}`;
}
