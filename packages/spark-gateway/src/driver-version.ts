import type { Clock } from '@spark-mesos/coarse-backend';
import { z } from 'zod';
import type { GatewaySpark } from './application-spark.ts';
import { httpText } from './http-text.ts';

const LONGEST_ANSWER_BYTES = 4096;
/** A driver's page is there soon after the driver has been accepted, and says until then that Spark starts up. */
const TRIES = 10;
const PAUSE_MS = 1_000;

/** Asks the page of a driver which Spark it runs; undefined where that cannot be known. Never rejects. */
export type DriverVersionReader = (uiUrl: string) => Promise<string | undefined>;

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

/** What is told of a driver that runs another Spark than all that its gateway was given. */
export function versionRefusal(sparks: readonly GatewaySpark[], version: string): string {
  const [first] = sparks;
  if (sparks.length === 1) {
    return (
      `the driver runs Spark ${version}, and the Spark that this gateway was given (${first?.home}) is ` +
      `${first?.version}: start a gateway for Spark ${version}`
    );
  }
  const given = sparks.map((spark) => `${spark.version ?? 'unknown'} (${spark.home})`).join(', ');
  return (
    `the driver runs Spark ${version}, and the Sparks that this gateway was given are ${given}: ` +
    `start it with a Spark ${version} as well`
  );
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
