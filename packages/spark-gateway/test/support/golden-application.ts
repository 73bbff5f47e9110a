import { readFileSync } from 'node:fs';
import type { ApplicationDescription } from '@spark-mesos/spark-rpc';

/** Sparks whose RegisterApplication was recorded. */
export const RECORDED = ['2.4.8', '3.5.6', '4.3.0'] as const;

interface RecordedDescription {
  readonly name: string;
  readonly user: string;
  readonly appUiUrl: string;
  readonly memoryPerExecutorMB?: number;
  readonly command: {
    readonly mainClass: string;
    readonly arguments: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    readonly classPathEntries: readonly string[];
    readonly libraryPathEntries: readonly string[];
    readonly javaOpts: readonly string[];
  };
  readonly defaultProfile?: { readonly executorResources: { readonly memory: { readonly amount: string } } };
}

/** The application that a real driver of this Spark described. */
export function recordedApplication(version: (typeof RECORDED)[number]): ApplicationDescription {
  const file = new URL(`../fixtures/register-application-${version}.json`, import.meta.url);
  const { appDescription } = JSON.parse(readFileSync(file, 'utf8')) as {
    appDescription: RecordedDescription;
  };
  const { name, user, appUiUrl, command, defaultProfile, memoryPerExecutorMB } = appDescription;
  const memoryMiB = memoryPerExecutorMB ?? Number(defaultProfile?.executorResources.memory.amount);
  return {
    name,
    user,
    appUiUrl,
    command: { ...command, environment: new Map(Object.entries(command.environment)) },
    defaultProfile: { id: 0, memoryMiB, otherResources: new Map() },
  };
}
