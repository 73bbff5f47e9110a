import type { mesos } from '@spark-mesos/mesos-proto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentId } from '../src/ids.ts';
import { frameworkInfo, type TestFramework, task } from './support/master-harness.ts';
import { SimulatedCluster } from './support/simulated-cluster.ts';

const ROLES = ['spark', 'eng/spark', 'eng'];
const AMOUNTS = [
  'cpus:0.5;mem:64',
  'cpus:4;mem:1024',
  'cpus:0.001;mem:1',
  'cpus:-1',
  'cpus:9;mem:1',
  'cpus:0;mem:64',
  'cpus:1;mem:10;ports:[5-7]',
];

/** One thing that happens, with numbers that pick what it happens to. */
const commands = fc.record({
  what: fc.constantFrom(
    'subscribe',
    'resubscribe',
    'disconnect',
    'accept',
    'accept',
    'accept stale',
    'decline',
    'revive',
    'suppress',
    'kill',
    'acknowledge',
    'acknowledge',
    'advance',
    'advance',
    'advance',
    'pass',
    'lose agent',
    'add agent',
    'rescind',
    'teardown',
  ),
  pick: fc.nat(1000),
  other: fc.nat(1000),
});

class Run {
  readonly cluster = new SimulatedCluster();
  readonly frameworks: TestFramework[] = [];
  readonly #staleOffers: mesos.v1.IOffer[] = [];
  readonly #statuses: { framework: TestFramework; status: mesos.v1.ITaskStatus }[] = [];
  #taskNumber = 0;

  constructor() {
    this.cluster.addAgent();
    this.cluster.addAgent();
  }

  apply({ what, pick, other }: { what: string; pick: number; other: number }): void {
    const { cluster } = this;
    const framework = this.frameworks[pick % Math.max(1, this.frameworks.length)];
    const agentIds = [...cluster.agents.keys()];
    const agentId = agentIds[pick % Math.max(1, agentIds.length)];
    if (what === 'subscribe' && this.frameworks.length < 6) this.#subscribe(pick, other);
    if (what === 'add agent' && agentIds.length < 4) cluster.addAgent();
    if (what === 'pass') cluster.pass(other * 20);
    if (what === 'rescind') cluster.step({ kind: 'rescind-offers', offerIds: 'all' });
    if (what === 'advance' && agentId !== undefined) cluster.advance(agentId, other, other % 4);
    if (what === 'lose agent' && agentId !== undefined && other % 5 === 0) cluster.loseAgent(agentId);
    if (framework !== undefined) this.#applyTo(framework, what, pick, other);
    this.#collect();
  }

  #subscribe(pick: number, other: number): void {
    const roles = [ROLES[pick % ROLES.length] as string, ROLES[other % ROLES.length] as string];
    const info = frameworkInfo([...new Set(roles)], {
      failoverTimeout: other % 3,
      checkpoint: pick % 2 === 0,
    });
    this.frameworks.push(this.cluster.subscribe(info));
  }

  #applyTo(framework: TestFramework, what: string, pick: number, other: number): void {
    const { record } = framework;
    if (what === 'disconnect') this.cluster.step({ kind: 'stream-closed', streamId: framework.streamId });
    if (what === 'resubscribe' && record !== undefined) {
      const again = this.cluster.subscribe(record.info, framework.id);
      this.frameworks[this.frameworks.indexOf(framework)] = again;
    }
    if (record?.streamId === undefined || record.streamId !== framework.streamId) return;
    const offer = [...record.offers.values()][other % Math.max(1, record.offers.size)];
    const taskId = [...record.tasks.keys()][other % Math.max(1, record.tasks.size)];
    if (what === 'decline' && offer) framework.decline([{ id: { value: offer.id } } as never], other % 7);
    if (what === 'revive') framework.call('REVIVE');
    if (what === 'suppress') framework.call('SUPPRESS');
    if (what === 'teardown' && other % 4 === 0) framework.call('TEARDOWN');
    if (what === 'kill' && taskId) framework.call('KILL', { kill: { taskId: { value: taskId } } });
    if (what === 'accept' && offer)
      this.#accept(framework, { id: { value: offer.id } } as never, offer.agentId, pick);
    if (what === 'accept stale') {
      const stale = this.#staleOffers[other % Math.max(1, this.#staleOffers.length)];
      if (stale) this.#accept(framework, stale, stale.agentId.value as AgentId, pick);
    }
    if (what === 'acknowledge') {
      const [found] = this.#statuses.splice(other % Math.max(1, this.#statuses.length), 1);
      const { agentId, taskId: acknowledged, uuid } = found?.status ?? {};
      if (found && agentId && acknowledged && uuid) {
        found.framework.call('ACKNOWLEDGE', { acknowledge: { agentId, taskId: acknowledged, uuid } });
      }
    }
  }

  #accept(framework: TestFramework, offer: mesos.v1.IOffer, agentId: AgentId, pick: number): void {
    const tasks = Array.from({ length: pick % 4 }, (_, index) => {
      const amount = AMOUNTS[(pick + index) % AMOUNTS.length] as string;
      const number = index === 3 ? this.#taskNumber : this.#taskNumber++;
      const made = task(`t${number}`, agentId, amount.replace('cpus:-1', 'cpus:1'));
      if (amount === 'cpus:-1') made.resources = [{ name: 'cpus', type: 0, scalar: { value: -1 } }];
      return made;
    });
    framework.accept(pick % 10 === 0 ? [offer, offer] : [offer], tasks, pick % 5);
  }

  #collect(): void {
    for (const framework of this.frameworks) {
      for (const event of framework.take()) {
        this.#staleOffers.push(...(event.offers?.offers ?? []));
        if (event.update?.status.uuid) this.#statuses.push({ framework, status: event.update.status });
      }
    }
    this.#staleOffers.splice(0, this.#staleOffers.length - 20);
  }

  /** Ends every framework, and lets every process end. */
  finish(): void {
    const { cluster } = this;
    for (const framework of this.frameworks) {
      cluster.step({ kind: 'operator-teardown', frameworkId: framework.id });
    }
    cluster.pass(10_000);
    for (const agentId of cluster.agents.keys()) {
      for (let count = 0; count < 1000 && cluster.processCount > 0; count++) cluster.advance(agentId, 0, 0);
    }
  }
}

describe('the books of a cluster', () => {
  it('add up after every step of any sequence of calls and faults, and are empty at the end', () => {
    fc.assert(
      fc.property(fc.array(commands, { minLength: 20, maxLength: 120 }), (sequence) => {
        const run = new Run();
        for (const command of sequence) {
          run.apply(command);
          expect(run.cluster.accountingProblems()).toEqual([]);
        }
        run.finish();
        expect(run.cluster.accountingProblems()).toEqual([]);
        expect(run.cluster.processCount).toBe(0);
        const { state } = run.cluster.core;
        expect(state.offers.size).toBe(0);
        for (const agentId of state.agents.keys()) {
          expect(state.allocator.allocatedOn(agentId).text()).toBe('{}');
          expect(run.cluster.agents.get(agentId)?.core.pendingUpdateCount).toBe(0);
        }
      }),
      { numRuns: 150 },
    );
  });
});
