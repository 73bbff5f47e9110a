import { mesos } from '@spark-mesos/mesos-proto';
import { AgentCore } from '../../src/agent/agent-core.ts';
import type { AgentEffect, AgentInput } from '../../src/agent/messages.ts';
import { reregistrationOf } from '../../src/agent/registration.ts';
import type { AgentId, ContainerId } from '../../src/ids.ts';
import type { MasterEffect, MasterInput } from '../../src/master/messages.ts';
import type { AgentDescription } from '../../src/master/model.ts';
import { ResourceSet } from '../../src/resources/resource-set.ts';
import { MasterHarness } from './master-harness.ts';

interface SimulatedAgent {
  core: AgentCore;
  containers: Container[];
  readonly description: AgentDescription;
  /** Whether its process runs; when it does not, its containers go on unseen, or have gone with its machine. */
  phase: 'up' | 'down' | 'lost';
  /** Whether the master that leads has heard of it. */
  isRegistered: boolean;
  /** What has happened to its containers while it was down. */
  readonly backlog: AgentInput[];
}

interface Container {
  readonly containerId: ContainerId;
  phase: 'waiting' | 'running' | 'dying';
}

/** How often the master hears of an update. */
const TIMES_HEARD = { none: 1, lose: 0, duplicate: 2 } as const;

/** A whole cluster without any I/O: one master, real agent cores, and processes that are only remembered. */
export class SimulatedCluster extends MasterHarness {
  readonly agents = new Map<AgentId, SimulatedAgent>();
  /** What happens to the next update on its way to the master. */
  updateFault: 'lose' | 'duplicate' | undefined;
  #containerNumber = 0;
  readonly #ids = {
    containerId: () => `c${this.#containerNumber++}` as ContainerId,
    statusUuid: () => Uint8Array.from({ length: 16 }, () => Math.floor(this.#containerNumber++ % 256)),
  };

  addAgent(): AgentId {
    const agentId = this.agent('cpus:4;mem:1024;disk:100;ports:[1-100]');
    const identity = {
      agentId,
      ip: '127.0.0.1',
      port: 5051,
      hostname: 'localhost',
      workDir: '/var/mesos',
      executorEnvironment: {},
    };
    const core = new AgentCore(identity, this.#ids);
    const record = this.core.state.agents.get(agentId) as AgentDescription;
    const { hostname, ip, port, resources, attributes } = record;
    const description = { hostname, ip, port, resources, attributes };
    this.agents.set(agentId, {
      ...{ core, containers: [], description, backlog: [] },
      ...{ phase: 'up', isRegistered: true },
    });
    return agentId;
  }

  override step(input: MasterInput): MasterEffect[] {
    const effects = super.step(input);
    for (const effect of effects) {
      if (effect.kind === 'tell-agent') {
        this.stepAgent(effect.agentId, { kind: 'master-message', message: effect.message });
      }
      if (effect.kind === 'shutdown-agent') this.agents.delete(effect.agentId);
      if (effect.kind === 'agent-resources') {
        Object.assign(this.agents.get(effect.agentId)?.description ?? {}, { resources: effect.resources });
      }
    }
    return effects;
  }

  stepAgent(agentId: AgentId, input: AgentInput): void {
    const agent = this.agents.get(agentId);
    if (agent?.phase === 'down' && input.kind.startsWith('container-')) agent.backlog.push(input);
    if (agent?.phase !== 'up') return;
    for (const effect of agent.core.step(input, this.nowMs)) this.#carryOut(agentId, effect);
  }

  #carryOut(agentId: AgentId, effect: AgentEffect): void {
    const { containers = [], isRegistered = false } = this.agents.get(agentId) ?? {};
    if (effect.kind === 'launch') {
      containers.push({ containerId: effect.launch.containerId, phase: 'waiting' });
    } else if (effect.kind === 'signal') {
      const container = containers.find(({ containerId }) => containerId === effect.containerId);
      if (container !== undefined) container.phase = 'dying';
    } else if (!isRegistered) {
      // Nobody hears it; updates come again.
    } else if (effect.kind === 'executor-exited') {
      const { frameworkId, executorId, status } = effect;
      this.step({ kind: 'executor-exited', agentId, frameworkId, executorId, status });
    } else if (effect.kind === 'update') {
      const { frameworkId, status, latestState } = effect;
      const fault = this.updateFault;
      this.updateFault = undefined;
      for (let count = TIMES_HEARD[fault ?? 'none']; count > 0; count--) {
        this.step({ kind: 'task-update', agentId, frameworkId, status, latestState });
      }
    }
  }

  /** One process goes one step further: starts, or ends as it is told to or by itself. */
  advance(agentId: AgentId, pick: number, exitStatus: number): void {
    const containers = this.agents.get(agentId)?.containers ?? [];
    const container = containers[pick % Math.max(1, containers.length)];
    if (container === undefined) return;
    const { containerId } = container;
    if (container.phase === 'waiting' && exitStatus === 3) {
      this.#forget(agentId, containerId);
      this.stepAgent(agentId, { kind: 'container-failed', containerId, problem: 'no file' });
    } else if (container.phase === 'waiting') {
      container.phase = 'running';
      this.stepAgent(agentId, { kind: 'container-started', containerId, pid: 7 });
    } else {
      this.#forget(agentId, containerId);
      const killed = container.phase === 'dying';
      const end = killed ? { exitStatus: undefined, signal: 'SIGTERM' } : { exitStatus, signal: undefined };
      this.stepAgent(agentId, { kind: 'container-ended', containerId, end });
    }
  }

  #forget(agentId: AgentId, containerId: ContainerId): void {
    const agent = this.agents.get(agentId);
    if (agent === undefined) return;
    agent.containers = agent.containers.filter((container) => container.containerId !== containerId);
  }

  /** The agent dies, and begins again with what it has written down. */
  restartAgent(agentId: AgentId): void {
    this.stopAgent(agentId);
    this.returnAgent(agentId);
  }

  /** Its process dies and stays away; its containers go on. */
  stopAgent(agentId: AgentId): void {
    const agent = this.agents.get(agentId);
    if (agent?.phase !== 'up') return;
    agent.phase = 'down';
    agent.isRegistered = false;
    this.step({ kind: 'agent-disconnected', agentId });
  }

  /** Its machine is gone, with all that ran there. */
  loseAgent(agentId: AgentId): void {
    const agent = this.agents.get(agentId);
    if (agent === undefined) return;
    agent.phase = 'lost';
    agent.isRegistered = false;
    agent.containers = [];
    agent.backlog.length = 0;
    this.step({ kind: 'agent-disconnected', agentId });
    this.step({ kind: 'agent-removed', agentId, how: 'unreachable' });
  }

  /** An agent that was stopped or lost comes back under its old name. */
  returnAgent(agentId: AgentId): void {
    const agent = this.agents.get(agentId);
    if (agent === undefined || agent.phase === 'up') return;
    const { identity } = agent.core;
    const checkpoint = JSON.parse(JSON.stringify(agent.core.checkpoint()));
    const recovered =
      agent.phase === 'lost'
        ? { core: new AgentCore(identity, this.#ids), effects: [] }
        : AgentCore.recover(checkpoint, identity, this.#ids, {}, this.nowMs);
    agent.core = recovered.core;
    agent.phase = 'up';
    for (const effect of recovered.effects) this.#carryOut(agentId, effect);
    for (const input of agent.backlog.splice(0)) this.stepAgent(agentId, input);
    this.findMaster(agentId);
  }

  /** The agent has found the master that leads now. */
  findMaster(agentId: AgentId): void {
    const agent = this.agents.get(agentId);
    if (agent?.phase !== 'up' || agent.isRegistered) return;
    agent.isRegistered = true;
    this.step(reregistrationOf(agent.core, agent.description));
    this.stepAgent(agentId, { kind: 'reregistered' });
  }

  /** Another master leads; no agent has found it yet. */
  override failOver(): void {
    super.failOver();
    for (const agent of this.agents.values()) agent.isRegistered = false;
  }

  override pass(ms: number): void {
    super.pass(ms);
    for (const agentId of this.agents.keys()) this.stepAgent(agentId, { kind: 'wake' });
  }

  /** What does not add up: for every agent, free and given out is all there is, and given out is accounted for. */
  accountingProblems(): string[] {
    const { allocator, agents, offers } = this.core.state;
    const problems: string[] = [];
    for (const agent of agents.values()) {
      let held = ResourceSet.empty;
      for (const offer of offers.values()) {
        if (offer.agentId === agent.id) held = held.plus(offer.resources.unallocated());
      }
      for (const executor of agent.executors.values()) held = held.plus(executor.resources.unallocated());
      for (const task of agent.tasks) if (task.charged) held = held.plus(task.resources.unallocated());
      const allocated = allocator.allocatedOn(agent.id);
      if (!held.equals(allocated)) {
        problems.push(`${agent.id}: ${held.text()} are held, ${allocated.text()} are booked`);
      }
      if (!allocator.availableOn(agent.id).plus(allocated).equals(agent.resources)) {
        problems.push(
          `${agent.id}: ${allocator.availableOn(agent.id).text()} free and ${allocated.text()} booked`,
        );
      }
    }
    return [...problems, ...this.#quotaProblems()];
  }

  /** What counts against a role's quota is all that is reserved for it, and what else its frameworks hold. */
  #quotaProblems(): string[] {
    const { allocator, agents, offers } = this.core.state;
    return ['spark', 'eng'].flatMap((role) => {
      const isOfRole = (other: string) => other === role || other.startsWith(`${role}/`);
      let counted = ResourceSet.empty;
      const holders = [...offers.values()];
      for (const agent of agents.values()) {
        for (const [owner, part] of agent.resources.byReservation()) {
          if (isOfRole(owner)) counted = counted.plus(part);
        }
        for (const task of agent.tasks) if (task.charged) holders.push(task as never);
        for (const executor of agent.executors.values()) holders.push(executor as never);
      }
      for (const holder of holders) {
        if (!isOfRole(holder.role)) continue;
        counted = counted.plus(holder.resources.filter((shape) => !shape.isReserved));
      }
      const expected = JSON.stringify([...counted.scalars()].sort());
      const booked = [...allocator.quotaConsumption(role)].filter(([, milli]) => milli !== 0).sort();
      return JSON.stringify(booked) === expected
        ? []
        : [`${role}: ${expected} counts, ${JSON.stringify(booked)} is booked`];
    });
  }

  /** How many processes are left on all agents. */
  get processCount(): number {
    return [...this.agents.values()].reduce((sum, { containers }) => sum + containers.length, 0);
  }
}

export const { TaskState } = mesos.v1;
