import type { Clock } from '@spark-mesos/coarse-backend';
import { z } from 'zod';
import { httpText } from './http-text.ts';

const LONGEST_ANSWER_BYTES = 4096;
/** A driver's page is there soon after the driver has been accepted, and says until then that Spark starts up. */
const TRIES = 10;
const PAUSE_MS = 1_000;

/** Asks the page of a driver which Spark it runs; undefined where that cannot be known. Never rejects. */
export type DriverVersionReader = (uiUrl: string) => Promise<string | undefined>;

/** The Spark of a gateway, and how drivers are asked for theirs. */
export interface GatewaySpark {
  readonly sparkHome: string;
  readonly sparkVersion?: string | undefined;
  readonly readDriverVersion?: DriverVersionReader;
}

const answerShape = z.object({ spark: z.string().min(1) });

/** Asks as often as a driver may take to show its page (`/api/v1/version`), which may be switched off or out of reach. */
export function driverVersionReader(clock: Clock): DriverVersionReader {
  return async (uiUrl) => {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const version = await askOnce(uiUrl);
      if (version !== undefined) return version;
      await new Promise<void>((resolve) => clock.setTimer(resolve, PAUSE_MS));
    }
    return undefined;
  };
}

/** What is wrong with a driver that runs another Spark than its gateway was given; undefined where nothing is known. */
export async function driverMismatch(gateway: GatewaySpark, uiUrl: string): Promise<string | undefined> {
  const { sparkHome, sparkVersion } = gateway;
  if (sparkVersion === undefined || uiUrl === '') return undefined;
  const version = await ask(gateway, uiUrl);
  if (version === undefined || version === sparkVersion) return undefined;
  return (
    `the driver runs Spark ${version}, and the Spark that this gateway was given (${sparkHome}) is ` +
    `${sparkVersion}: start a gateway for Spark ${version}`
  );
}

async function ask({ readDriverVersion }: GatewaySpark, uiUrl: string): Promise<string | undefined> {
  return readDriverVersion?.(uiUrl);
}

async function askOnce(uiUrl: string): Promise<string | undefined> {
  try {
    const url = new URL('/api/v1/version', uiUrl);
    return answerShape.parse(JSON.parse(await httpText(url, LONGEST_ANSWER_BYTES))).spark;
  } catch {
    // Not there yet, or never: most who cannot be asked are right all the same.
    return undefined;
  }
}
