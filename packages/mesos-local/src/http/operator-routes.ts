import {
  fromMesosJson,
  type JsonValue,
  MesosProtoError,
  mesos,
  parseJson,
  stringifyMesosJson,
} from '@spark-mesos/mesos-proto';
import { maintenanceStatus } from '../master/maintenance.ts';
import { operatorRefusal } from '../master/operator-calls.ts';
import { quotaStatus } from '../master/quota-calls.ts';
import type { PrincipalHandler } from './authentication.ts';
import { emptyReply, type HttpReply, type HttpRequest, methodReply, textReply } from './messages.ts';
import type { OperatorEndpointOptions } from './operator-endpoint.ts';

const { Type } = mesos.v1.master.Call;
type Call = mesos.v1.master.ICall;

/** A body that cannot be read; the text says why. */
class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}

/** The endpoints that operators had before there were calls: the same things, each at its own path. */
export function operatorRoutes(options: OperatorEndpointOptions): Readonly<Record<string, PrincipalHandler>> {
  const { state } = options;
  const act = (
    request: HttpRequest,
    principal: string | undefined,
    status: 200 | 202,
    callOf: (body: string) => Call,
  ) => changeBy(options, request, principal, status, callOf);
  return {
    '/weights': (request, principal) => {
      if (request.method === 'GET') return jsonText(weightsText(options));
      if (request.method !== 'PUT') return methodsReply(['GET', 'PUT'], request.method);
      return act(request, principal, 200, (body) => ({
        type: Type.UPDATE_WEIGHTS,
        updateWeights: { weightInfos: readList(mesos.v1.WeightInfo, body) },
      }));
    },
    '/quota': (request, principal) => {
      if (request.method === 'GET') {
        return jsonText(stringifyMesosJson(mesos.v1.quota.QuotaStatus, quotaStatus(state)));
      }
      if (request.method === 'DELETE') {
        const role = request.path.slice('/quota/'.length);
        return act(request, principal, 200, () => ({ type: Type.REMOVE_QUOTA, removeQuota: { role } }));
      }
      if (request.method !== 'POST') return methodsReply(['GET', 'POST', 'DELETE'], request.method);
      return act(request, principal, 200, (body) => ({
        type: Type.SET_QUOTA,
        setQuota: {
          quotaRequest: readMessage(() => fromMesosJson(mesos.v1.quota.QuotaRequest, parseJson(body))),
        },
      }));
    },
    '/maintenance/schedule': (request, principal) => {
      if (request.method === 'GET') {
        const schedule = state.operator.schedule ?? {};
        return jsonText(stringifyMesosJson(mesos.v1.maintenance.Schedule, schedule));
      }
      if (request.method !== 'POST') return methodsReply(['GET', 'POST'], request.method);
      return act(request, principal, 200, (body) => ({
        type: Type.UPDATE_MAINTENANCE_SCHEDULE,
        updateMaintenanceSchedule: {
          schedule: readMessage(() => fromMesosJson(mesos.v1.maintenance.Schedule, parseJson(body))),
        },
      }));
    },
    '/maintenance/status': (request) => {
      if (request.method !== 'GET') return methodsReply(['GET'], request.method);
      return jsonText(stringifyMesosJson(mesos.v1.maintenance.ClusterStatus, maintenanceStatus(state)));
    },
    '/machine/down': postOnly((request, principal) =>
      act(request, principal, 200, (body) => ({
        type: Type.START_MAINTENANCE,
        startMaintenance: { machines: readList(mesos.v1.MachineID, body) },
      })),
    ),
    '/machine/up': postOnly((request, principal) =>
      act(request, principal, 200, (body) => ({
        type: Type.STOP_MAINTENANCE,
        stopMaintenance: { machines: readList(mesos.v1.MachineID, body) },
      })),
    ),
    '/reserve': postOnly((request, principal) =>
      act(request, principal, 202, (body) => {
        const form = new URLSearchParams(body);
        const agentId = { value: fromForm(form, 'slaveId') };
        const source = form.has('source') ? resourcesOf(form, 'source') : [];
        const reserveResources = { agentId, resources: resourcesOf(form, 'resources'), source };
        return { type: Type.RESERVE_RESOURCES, reserveResources };
      }),
    ),
    '/unreserve': postOnly((request, principal) =>
      act(request, principal, 202, (body) => {
        const form = new URLSearchParams(body);
        const agentId = { value: fromForm(form, 'slaveId') };
        const unreserveResources = { agentId, resources: resourcesOf(form, 'resources') };
        return { type: Type.UNRESERVE_RESOURCES, unreserveResources };
      }),
    ),
    '/create-volumes': postOnly((request, principal) =>
      act(request, principal, 202, (body) => {
        return { type: Type.CREATE_VOLUMES, createVolumes: volumesOf(body) };
      }),
    ),
    '/destroy-volumes': postOnly((request, principal) =>
      act(request, principal, 202, (body) => {
        return { type: Type.DESTROY_VOLUMES, destroyVolumes: volumesOf(body) };
      }),
    ),
  };
}

function postOnly(handler: PrincipalHandler): PrincipalHandler {
  return (request, principal) =>
    request.method === 'POST' ? handler(request, principal) : methodReply(request.method);
}

function methodsReply(allowed: readonly string[], received: string): HttpReply {
  const named = allowed.map((method) => `'${method}'`).join(', ');
  const text = `405 Method Not Allowed. Expecting one of { ${named} }, but received '${received}'.`;
  return textReply(405, text, { Allow: allowed.join(', ') });
}

async function changeBy(
  { state, step }: OperatorEndpointOptions,
  request: HttpRequest,
  principal: string | undefined,
  status: 200 | 202,
  callOf: (body: string) => Call,
): Promise<HttpReply> {
  const body = Buffer.from(await request.body()).toString('utf8');
  let call: Call;
  try {
    call = callOf(body);
  } catch (error) {
    if (error instanceof UnreadableBody) return textReply(400, error.message);
    throw error;
  }
  const refusal = operatorRefusal(state, call, principal);
  if (refusal !== undefined) return textReply(refusal.status, refusal.text);
  step({ kind: 'operator-call', call });
  return emptyReply(status);
}

function jsonText(body: string): HttpReply {
  return { kind: 'body', status: 200, headers: { 'Content-Type': 'application/json' }, body };
}

function weightsText({ state }: OperatorEndpointOptions): string {
  const weights = [...state.operator.weights].map(([role, weight]) =>
    stringifyMesosJson(mesos.v1.WeightInfo, { role, weight }),
  );
  return `[${weights.join(',')}]`;
}

function readMessage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MesosProtoError) throw new UnreadableBody(error.detail ?? error.message);
    throw error;
  }
}

function readList<T>(type: Parameters<typeof fromMesosJson<T>>[0], text: string): T[] {
  return readMessage(() => {
    const json: JsonValue = parseJson(text);
    if (!Array.isArray(json)) throw new UnreadableBody('Expecting a JSON array');
    return json.map((item) => fromMesosJson(type, item));
  });
}

function fromForm(form: URLSearchParams, key: string): string {
  const value = form.get(key);
  if (value === null) throw new UnreadableBody(`Missing '${key}' query parameter in the request body`);
  return value;
}

function volumesOf(body: string): { agentId: mesos.v1.IAgentID; volumes: mesos.v1.IResource[] } {
  const form = new URLSearchParams(body);
  return { agentId: { value: fromForm(form, 'slaveId') }, volumes: resourcesOf(form, 'volumes') };
}

function resourcesOf(form: URLSearchParams, key: string): mesos.v1.IResource[] {
  const text = fromForm(form, key);
  try {
    return readList(mesos.v1.Resource, text);
  } catch (error) {
    if (!(error instanceof UnreadableBody)) throw error;
    throw new UnreadableBody(`Error parsing '${key}' query parameter in the request body: ${error.message}`);
  }
}
