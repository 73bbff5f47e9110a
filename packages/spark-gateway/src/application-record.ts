import type { ExecutorPlacement } from '@spark-mesos/coarse-backend';
import type { ShuffleServiceAddress } from '@spark-mesos/external-shuffle';
import type { ApplicationDescription, ExecutorTotals, RpcAddress } from '@spark-mesos/spark-rpc';
import { z } from 'zod';
import type { GatewaySpark } from './application-spark.ts';

/** What outlives the gateway of an application, written once; the rest is noted beside it as it changes. */
export interface ApplicationRecord {
  readonly frameworkId: string;
  /** The driver's own RPC server, where it is called back. */
  readonly driver: RpcAddress;
  readonly description: ApplicationDescription;
  /** The Spark that it runs; gateways of one Spark did not write it. */
  readonly spark?: GatewaySpark | undefined;
  /** The driver's settings as it told them. */
  readonly properties: ReadonlyMap<string, string>;
  /** When the driver registered, in milliseconds since 1970. */
  readonly registeredAtMs: number;
}

/** An application as an earlier gateway left it. */
export interface RestoredApplication extends ApplicationRecord {
  readonly executors: readonly ExecutorPlacement[];
  /** The shuffle services that keep files of it, by the agents' ids. */
  readonly shuffleServices: ReadonlyMap<string, ShuffleServiceAddress>;
  /** No executor has had this number, nor any above. */
  readonly nextExecutorId: number;
  /** What the driver last asked for; undefined if it never did. */
  readonly totals: ExecutorTotals | undefined;
}

/** Text of any value that is made of plain objects and maps. */
export function encodeRecord(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (inner instanceof Map ? { $map: [...inner] } : inner));
}

/** What {@link encodeRecord} wrote; not checked yet. */
function decodeText(text: string): unknown {
  return JSON.parse(text, (_, inner: unknown) => {
    const pairs = (inner as { $map?: unknown } | null)?.$map;
    return Array.isArray(pairs) ? new Map(pairs as [unknown, unknown][]) : inner;
  });
}

const texts = z.map(z.string(), z.string());
const profile = z.looseObject({ id: z.int(), otherResources: z.map(z.string(), z.number()) });

const addressShape = z.object({ host: z.string().min(1), port: z.int().min(1).max(65_535) });

const recordShape = z.object({
  format: z.literal(1),
  frameworkId: z.string().min(1),
  driver: addressShape,
  spark: z.object({ home: z.string(), version: z.string().optional() }).optional(),
  registeredAtMs: z.number(),
  properties: texts,
  // Loose, so that what a description has beside is kept.
  description: z.looseObject({
    name: z.string(),
    user: z.string(),
    appUiUrl: z.string(),
    command: z.looseObject({
      mainClass: z.string(),
      arguments: z.array(z.string()),
      environment: texts,
      classPathEntries: z.array(z.string()),
      libraryPathEntries: z.array(z.string()),
      javaOpts: z.array(z.string()),
    }),
    defaultProfile: profile,
  }),
});

const placementShape = z.looseObject({
  executorId: z.int().nonnegative(),
  taskId: z.string().min(1),
  agentId: z.string().min(1),
  hostname: z.string(),
  cores: z.number(),
  advertisedCores: z.number(),
  gpus: z.number(),
  memoryMiB: z.number(),
  taskMemoryMiB: z.number(),
  profileId: z.int(),
});

const totalsShape = z.map(z.int(), z.looseObject({ total: z.int().optional(), profile: profile.optional() }));

/** The record of an application; throws for what is none, or of a later format. */
export function decodeApplication(text: string): ApplicationRecord {
  return recordShape.parse(decodeText(text)) as unknown as ApplicationRecord;
}

/** The record of an executor. */
export function decodePlacement(text: string): ExecutorPlacement {
  return placementShape.parse(decodeText(text)) as unknown as ExecutorPlacement;
}

/** The record of a shuffle service's address. */
export function decodeShuffleService(text: string): ShuffleServiceAddress {
  return addressShape.parse(decodeText(text));
}

/** The record of what a driver asked for. */
export function decodeTotals(text: string): ExecutorTotals {
  return totalsShape.parse(decodeText(text)) as unknown as ExecutorTotals;
}

/** The record of the next executor's number. */
export function decodeNextExecutorId(text: string): number {
  return z.int().nonnegative().parse(decodeText(text));
}
