import { mesos, toInt64 } from '@spark-mesos/mesos-proto';

const { SCALAR, RANGES, TEXT } = mesos.v1.Value.Type;

/** What a made-up offer holds. */
export interface OfferSketch {
  readonly id: string;
  readonly agentId?: string;
  readonly hostname?: string;
  readonly cpus?: number;
  readonly memMiB?: number;
  readonly gpus?: number;
  readonly diskMiB?: number;
  readonly ports?: readonly [number, number];
  /** Text attributes. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** The role that it is allocated to. */
  readonly role?: string;
  /** When its agent will be under maintenance, in milliseconds since 1970. */
  readonly maintenanceAtMs?: number;
}

/** An offer as a master would send it. */
export function makeOffer(sketch: OfferSketch): mesos.v1.IOffer {
  const { id, agentId = `agent-of-${id}`, hostname = `host-of-${agentId}`, role = '*' } = sketch;
  const allocationInfo = { role };
  const scalars = { cpus: sketch.cpus, mem: sketch.memMiB, gpus: sketch.gpus, disk: sketch.diskMiB };
  const resources: mesos.v1.IResource[] = Object.entries(scalars).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, type: SCALAR, scalar: { value }, role: '*', allocationInfo }],
  );
  if (sketch.ports !== undefined) {
    const [begin, end] = sketch.ports;
    resources.push({
      name: 'ports',
      type: RANGES,
      ranges: { range: [{ begin, end }] },
      role: '*',
      allocationInfo,
    });
  }
  return {
    id: { value: id },
    frameworkId: { value: 'framework' },
    agentId: { value: agentId },
    hostname,
    allocationInfo,
    resources,
    ...(sketch.maintenanceAtMs === undefined
      ? {}
      : { unavailability: { start: { nanoseconds: toInt64(sketch.maintenanceAtMs * 1e6) } } }),
    attributes: Object.entries(sketch.attributes ?? {}).map(([name, value]) => ({
      name,
      type: TEXT,
      text: { value },
    })),
  };
}

/** A status update as an agent or a master would send it; `reason` marks one that the master made. */
export function makeStatus(
  taskId: string,
  state: keyof typeof mesos.v1.TaskState,
  more: {
    readonly message?: string;
    readonly reason?: keyof typeof mesos.v1.TaskStatus.Reason;
    readonly agentId?: string;
  } = {},
): mesos.v1.ITaskStatus {
  const { Reason } = mesos.v1.TaskStatus;
  return {
    taskId: { value: taskId },
    state: mesos.v1.TaskState[state],
    agentId: { value: more.agentId ?? 'agent' },
    ...(more.message === undefined ? {} : { message: more.message }),
    ...(more.reason === undefined ? { uuid: new Uint8Array(16) } : { reason: Reason[more.reason] }),
  };
}
