import { SparkRpcError } from './errors.ts';

/** Where an RpcEnv listens. */
export interface RpcAddress {
  readonly host: string;
  readonly port: number;
}

/** `spark://host:port`, as `spark-submit --master` takes it. */
export function formatRpcAddress({ host, port }: RpcAddress): string {
  return `spark://${hostInUrl(host)}:${port}`;
}

/** `spark://name@host:port`, as Spark writes the address of an endpoint. */
export function formatEndpointAddress(name: string, { host, port }: RpcAddress): string {
  return `spark://${name}@${hostInUrl(host)}:${port}`;
}

/** Reads `host:port` or `spark://host:port`; an IPv6 host stands in brackets. */
export function parseRpcAddress(text: string): RpcAddress {
  const match = /^(?:spark:\/\/)?(?:\[([^\]]+)\]|([^:/@[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port < 1 || port > 65_535) {
    throw new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `${text} is no address: write spark://host:port`);
  }
  return { host, port };
}

/** Whether two addresses are written alike. */
export function isSameAddress(one: RpcAddress, other: RpcAddress): boolean {
  return one.host === other.host && one.port === other.port;
}

function hostInUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
