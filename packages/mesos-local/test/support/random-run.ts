import { mesos } from '@spark-mesos/mesos-proto';
import fc from 'fast-check';
import type { AgentId, FrameworkId } from '../../src/ids.ts';
import type { OfferRecord } from '../../src/master/model.ts';
import { ResourceSet } from '../../src/resources/resource-set.ts';
import { parseResources } from '../../src/resources/resource-text.ts';
import { frameworkInfo, reserved, type TestFramework, task } from './master-harness.ts';
import { SimulatedCluster } from './simulated-cluster.ts';

const { MULTI_ROLE, RESERVATION_REFINEMENT } = mesos.v1.FrameworkInfo.Capability.Type;

/** All simulated agents are on one machine. */
const MACHINE = { hostname: 'localhost', ip: '127.0.0.1' };

/** What each of them has, however it is reserved. */
export const AGENT_TOTAL = ResourceSet.of(parseResources('cpus:4;mem:1024;disk:100;ports:[1-100]'));

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

const { LAUNCH_GROUP } = mesos.v1.Offer.Operation.Type;
const { Type: ExecutorType } = mesos.v1.ExecutorInfo;

function executorInfo(id: string, frameworkId: string, more: Partial<mesos.v1.IExecutorInfo>) {
  const { resources } = task('any', 'any', 'cpus:0.1;mem:32;disk:1');
  return {
    executorId: { value: id },
    frameworkId: { value: frameworkId },
    resources: resources ?? [],
    ...more,
  };
}

/** What happens, with how often it does: mostly work, and every fault and change now and then. */
const WEIGHTS = {
  subscribe: 3,
  resubscribe: 4,
  disconnect: 2,
  accept: 14,
  'accept group': 4,
  'accept stale': 2,
  'accept reserved': 3,
  decline: 2,
  revive: 2,
  suppress: 1,
  kill: 3,
  acknowledge: 8,
  advance: 12,
  tick: 8,
  pass: 1,
  teardown: 1,
  'add agent': 2,
  'restart agent': 2,
  'stop agent': 1,
  'return agent': 3,
  'lose agent': 1,
  'lose update': 1,
  'duplicate update': 1,
  rescind: 1,
  'fail over': 2,
  'find master': 6,
  reserve: 3,
  unreserve: 1,
  'reserve disk': 2,
  'create volume': 3,
  'destroy volume': 1,
  'resize volume': 2,
  'acknowledge operation': 2,
  'operator reserve': 1,
  'operator unreserve': 1,
  quota: 1,
  weights: 1,
  deactivate: 1,
  reactivate: 2,
  drain: 1,
  maintenance: 1,
  'machine down': 1,
  'answer inverse offer': 1,
} as const;

type What = keyof typeof WEIGHTS;

/** One thing that happens, with numbers that pick what it happens to. */
export const commands = fc.record({
  what: fc.oneof(
    ...(Object.entries(WEIGHTS) as [What, number][]).map(([what, weight]) => ({
      weight,
      arbitrary: fc.constant(what),
    })),
  ),
  pick: fc.nat(1000),
  other: fc.nat(1000),
});

/** A cluster to which anything may happen, with all that a test has to remember of it. */
export class RandomRun {
  readonly cluster: SimulatedCluster;
  readonly frameworks: TestFramework[] = [];
  /** With what each of them subscribes. */
  readonly #infos = new Map<FrameworkId, mesos.v1.IFrameworkInfo>();
  readonly #staleOffers: mesos.v1.IOffer[] = [];
  readonly #statuses: { framework: TestFramework; status: mesos.v1.ITaskStatus }[] = [];
  #taskNumber = 0;

  constructor(offerTimeoutMs: number) {
    this.cluster = new SimulatedCluster({
      offerTimeoutMs,
      agentPingTimeoutMs: 1000,
      agentReregisterTimeoutMs: 9000,
    });
    this.cluster.addAgent();
    this.cluster.addAgent();
    this.#subscribe(0, 2);
    this.#subscribe(0, 5);
  }

  apply({ what, pick, other }: { what: What; pick: number; other: number }): void {
    const { cluster } = this;
    const framework = this.frameworks[pick % Math.max(1, this.frameworks.length)];
    const agentIds = [...cluster.agents.keys()];
    const agentId = agentIds[pick % Math.max(1, agentIds.length)];
    if (what === 'subscribe' && this.frameworks.length < 6) this.#subscribe(pick, other);
    if (what === 'add agent' && agentIds.length < 4) cluster.addAgent();
    if (what === 'tick') cluster.pass(1000);
    if (what === 'pass') cluster.pass(other * 20);
    if (what === 'rescind') cluster.step({ kind: 'rescind-offers', offerIds: 'all' });
    if (what === 'lose update') cluster.updateFault = 'lose';
    if (what === 'duplicate update') cluster.updateFault = 'duplicate';
    if (what === 'advance' && agentId !== undefined) cluster.advance(agentId, other, other % 4);
    if (what === 'restart agent' && agentId !== undefined) cluster.restartAgent(agentId);
    if (what === 'stop agent' && agentId !== undefined) cluster.stopAgent(agentId);
    if (what === 'return agent' && agentId !== undefined) cluster.returnAgent(agentId);
    if (what === 'find master' && agentId !== undefined) cluster.findMaster(agentId);
    if (what === 'lose agent' && agentId !== undefined) cluster.loseAgent(agentId);
    if (what === 'fail over') this.#failOver(other);
    if (agentId !== undefined) this.#operate(what, agentId, pick, other);
    if (framework !== undefined) this.#applyTo(framework, what, pick, other);
    this.#collect();
  }

  #subscribe(pick: number, other: number): void {
    const roles = [ROLES[pick % ROLES.length] as string, ROLES[other % ROLES.length] as string];
    const capabilities = other % 2 === 0 ? [MULTI_ROLE, RESERVATION_REFINEMENT] : [MULTI_ROLE];
    const info = frameworkInfo([...new Set(roles)], {
      capabilities: capabilities.map((type) => ({ type })),
      failoverTimeout: [0, 2, 60][other % 3] ?? 0,
      checkpoint: pick % 2 === 0,
    });
    const framework = this.cluster.subscribe(info);
    this.#infos.set(framework.id, info);
    this.frameworks.push(framework);
  }

  /** Another master leads: some frameworks and agents find it at once, others later or never. */
  #failOver(other: number): void {
    const { cluster } = this;
    cluster.failOver();
    for (const [index, framework] of [...this.frameworks.entries()]) {
      if ((other + index) % 3 === 0) this.#resubscribe(framework);
    }
    for (const [index, agentId] of [...cluster.agents.keys()].entries()) {
      if ((other + index) % 2 === 0) cluster.findMaster(agentId);
    }
  }

  #resubscribe(framework: TestFramework): void {
    const info = framework.record?.info ?? this.#infos.get(framework.id);
    if (info === undefined) return;
    const again = this.cluster.subscribe(info, framework.id);
    // One that was removed stays so: it has heard an error.
    if (again.id !== undefined) this.frameworks[this.frameworks.indexOf(framework)] = again;
  }

  #applyTo(framework: TestFramework, what: What, pick: number, other: number): void {
    const { record } = framework;
    if (what === 'disconnect') this.cluster.step({ kind: 'stream-closed', streamId: framework.streamId });
    if (what === 'resubscribe') this.#resubscribe(framework);
    if (record?.streamId === undefined || record.streamId !== framework.streamId) return;
    const offer = [...record.offers.values()][other % Math.max(1, record.offers.size)];
    const taskId = [...record.tasks.keys()][other % Math.max(1, record.tasks.size)];
    if (what === 'decline' && offer) framework.decline([{ id: { value: offer.id } } as never], other % 7);
    if (what === 'revive') framework.call('REVIVE');
    if (what === 'suppress') framework.call('SUPPRESS');
    if (what === 'teardown') framework.call('TEARDOWN');
    if (what === 'kill' && taskId) framework.call('KILL', { kill: { taskId: { value: taskId } } });
    if (what === 'accept' && offer)
      this.#accept(framework, { id: { value: offer.id } } as never, offer.agentId, pick, other);
    if (what === 'accept group' && offer) {
      this.#acceptGroup(framework, { id: { value: offer.id } } as never, offer.agentId, pick);
    }
    if (offer) this.#reserve(framework, what, offer, pick);
    if (what === 'acknowledge operation') this.#acknowledgeOperations(framework);
    if (what === 'answer inverse offer') this.#answerInverseOffers(framework, pick);
    if (what === 'accept stale') {
      const stale = this.#staleOffers[other % Math.max(1, this.#staleOffers.length)];
      if (stale) this.#accept(framework, stale, stale.agentId.value as AgentId, pick, other);
    }
    if (what === 'acknowledge') {
      const [found] = this.#statuses.splice(other % Math.max(1, this.#statuses.length), 1);
      const { agentId, taskId: acknowledged, uuid } = found?.status ?? {};
      if (found && agentId && acknowledged && uuid) {
        found.framework.call('ACKNOWLEDGE', { acknowledge: { agentId, taskId: acknowledged, uuid } });
      }
    }
  }

  #acceptGroup(framework: TestFramework, offer: mesos.v1.IOffer, agentId: AgentId, pick: number): void {
    const tasks = [0, 1].map(() => task(`t${this.#taskNumber++}`, agentId, 'cpus:0.1;mem:16'));
    const executor = executorInfo(`group-${pick % 2}`, framework.id, { type: ExecutorType.DEFAULT });
    framework.call('ACCEPT', {
      accept: {
        offerIds: [offer.id],
        operations: [{ type: LAUNCH_GROUP, launchGroup: { executor, taskGroup: { tasks } } }],
      },
    });
  }

  #accept(
    framework: TestFramework,
    offer: mesos.v1.IOffer,
    agentId: AgentId,
    pick: number,
    other: number,
  ): void {
    const tasks = Array.from({ length: pick % 4 }, (_, index) => {
      const amount = AMOUNTS[(pick + index) % AMOUNTS.length] as string;
      const number = index === 3 ? this.#taskNumber : this.#taskNumber++;
      const made = task(`t${number}`, agentId, amount.replace('cpus:-1', 'cpus:1'));
      if (pick % 3 === 0) {
        made.command = null;
        made.executor = executorInfo(`custom-${other % 2}`, framework.id, { command: { value: 'true' } });
      }
      if (amount === 'cpus:-1') made.resources = [{ name: 'cpus', type: 0, scalar: { value: -1 } }];
      return made;
    });
    framework.accept(pick % 10 === 0 ? [offer, offer] : [offer], tasks, pick % 5);
  }

  #operate(what: What, agentId: AgentId, pick: number, other: number): void {
    const { cluster } = this;
    const role = ROLES[other % ROLES.length] as string;
    const id = { value: agentId };
    const amount = { value: pick % 7 };
    if (what === 'operator reserve') {
      const resources = reserved(`cpus:${1 + (pick % 3)}`, [role]);
      cluster.operator('RESERVE_RESOURCES', { reserveResources: { agentId: id, resources } });
    }
    if (what === 'operator unreserve') {
      const resources = reserved(`cpus:${1 + (pick % 2)}`, [role]);
      cluster.operator('UNRESERVE_RESOURCES', { unreserveResources: { agentId: id, resources } });
    }
    if (what === 'quota') {
      const limits: Record<string, typeof amount> =
        other % 3 === 0 ? {} : { cpus: { value: amount.value + 1 } };
      const guarantees: Record<string, typeof amount> = other % 2 === 0 ? { cpus: amount } : {};
      const quotaConfigs = [{ role: other % 2 === 0 ? 'spark' : 'eng', limits, guarantees }];
      cluster.operator('UPDATE_QUOTA', { updateQuota: { force: other % 5 === 0, quotaConfigs } });
    }
    if (what === 'weights') {
      cluster.operator('UPDATE_WEIGHTS', {
        updateWeights: { weightInfos: [{ role, weight: 1 + amount.value }] },
      });
    }
    if (what === 'deactivate') cluster.operator('DEACTIVATE_AGENT', { deactivateAgent: { agentId: id } });
    if (what === 'reactivate') cluster.operator('REACTIVATE_AGENT', { reactivateAgent: { agentId: id } });
    if (what === 'drain') {
      cluster.operator('DRAIN_AGENT', { drainAgent: { agentId: id, markGone: other % 2 === 0 } });
    }
    if (what === 'maintenance') {
      const windows =
        other % 2 === 0 ? [] : [{ machineIds: [MACHINE], unavailability: { start: { nanoseconds: 1 } } }];
      cluster.operator('UPDATE_MAINTENANCE_SCHEDULE', {
        updateMaintenanceSchedule: { schedule: { windows } },
      });
    }
    if (what === 'machine down') {
      cluster.operator('START_MAINTENANCE', { startMaintenance: { machines: [MACHINE] } });
      cluster.operator('STOP_MAINTENANCE', { stopMaintenance: { machines: [MACHINE] } });
    }
  }

  /** Reserves some of an offer, gives some of what it has reserved back, or runs something on it. */
  #reserve(framework: TestFramework, what: What, offer: OfferRecord, pick: number): void {
    const { Type } = mesos.v1.Offer.Operation;
    const offers = [{ id: { value: offer.id } } as never];
    const id = { id: { value: `op${pick}` } };
    const { role } = offer;
    if (what === 'reserve') {
      const resources = reserved(
        `cpus:${1 + (pick % 4)}`,
        role === 'eng/spark' ? ['eng', role] : [role],
        role,
      );
      framework.operate(offers, [{ type: Type.RESERVE, ...(pick % 2 === 0 && id), reserve: { resources } }]);
    }
    if (what === 'reserve disk') {
      const resources = reserved(
        `disk:${10 + (pick % 50)}`,
        role === 'eng/spark' ? ['eng', role] : [role],
        role,
      );
      framework.operate(offers, [{ type: Type.RESERVE, reserve: { resources } }]);
    }
    if (what === 'create volume') this.#createVolume(framework, offer, pick);
    if (what === 'resize volume') this.#resizeVolume(framework, offer, pick);
    if (what === 'destroy volume') {
      const volumes = offer.resources.filter((shape) => shape.isVolume).toMessages();
      framework.operate(offers, [{ type: Type.DESTROY, ...id, destroy: { volumes } }]);
    }
    const ours = offer.resources.filter((shape) => shape.isReserved).toMessages();
    if (what === 'unreserve') {
      framework.operate(offers, [{ type: Type.UNRESERVE, ...id, unreserve: { resources: ours } }]);
    }
    if (what === 'accept reserved' && ours.length > 0) {
      const made = task(`t${this.#taskNumber++}`, offer.agentId);
      framework.accept(offers, [{ ...made, resources: ours }], pick % 5);
    }
  }

  /** Of all disk that is reserved and no volume yet; few ids, so that some are taken. */
  #createVolume(framework: TestFramework, offer: OfferRecord, pick: number): void {
    const { Type } = mesos.v1.Offer.Operation;
    const [disk] = offer.resources
      .filter((shape) => shape.isReserved && shape.name === 'disk' && !shape.isVolume)
      .toMessages();
    if (disk === undefined) return;
    const info = {
      persistence: { id: `volume-${pick % 3}` },
      volume: { mode: mesos.v1.Volume.Mode.RW, containerPath: 'data' },
    };
    const create = { volumes: [{ ...disk, disk: info }] };
    framework.operate([{ id: { value: offer.id } } as never], [{ type: Type.CREATE, create }]);
  }

  /** Larger by what is reserved beside it, or smaller; now and then by too much. */
  #resizeVolume(framework: TestFramework, offer: OfferRecord, pick: number): void {
    const { Type } = mesos.v1.Offer.Operation;
    const [volume] = offer.resources.filter((shape) => shape.isVolume).toMessages();
    if (volume === undefined) return;
    const { disk: _, ...rest } = volume;
    const amount = { value: pick % 30 };
    const operation =
      pick % 2 === 0
        ? { type: Type.GROW_VOLUME, growVolume: { volume, addition: { ...rest, scalar: amount } } }
        : { type: Type.SHRINK_VOLUME, shrinkVolume: { volume, subtract: amount } };
    framework.operate([{ id: { value: offer.id } } as never], [operation]);
  }

  #acknowledgeOperations(framework: TestFramework): void {
    for (const { info, status, frameworkId } of this.cluster.core.state.operator.operations.values()) {
      if (frameworkId !== framework.id || !info.id || !status.uuid) continue;
      const acknowledgeOperationStatus = { operationId: info.id, uuid: status.uuid.value };
      framework.call('ACKNOWLEDGE_OPERATION_STATUS', { acknowledgeOperationStatus });
    }
  }

  #answerInverseOffers(framework: TestFramework, pick: number): void {
    const records = [...this.cluster.core.state.operator.inverseOffers.values()];
    const inverseOfferIds = records.map(({ id }) => ({ value: id }));
    const filters = { refuseSeconds: pick % 5 };
    framework.call('DECLINE_INVERSE_OFFERS', { declineInverseOffers: { inverseOfferIds, filters } });
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
    for (const agentId of [...cluster.agents.keys()]) {
      cluster.returnAgent(agentId);
      cluster.findMaster(agentId);
    }
    for (const frameworkId of [...cluster.core.state.frameworks.keys()]) {
      cluster.step({ kind: 'operator-teardown', frameworkId });
    }
    cluster.pass(10_000);
    for (const agentId of cluster.agents.keys()) {
      for (let count = 0; count < 1000 && cluster.processCount > 0; count++) cluster.advance(agentId, 0, 0);
    }
  }
}
