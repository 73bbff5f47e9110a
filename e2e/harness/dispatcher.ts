import type { SparkMesosCommand } from './command.ts';
import { eventually } from './eventually.ts';
import type { Scene } from './scene.ts';
import type { TestSpark } from './sparks.ts';

/** A driver, as the API of its dispatcher tells of it. */
export interface ListedDriver {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly finalState?: string;
  readonly message?: string;
  readonly currentAttempt?: { readonly driverFrameworkId: string; readonly exitStatus?: number };
}

/** A dispatcher that is ready. */
export interface RunningDispatcher {
  readonly dispatcher: SparkMesosCommand;
  /** `spark://host:port`, for submissions and drivers. */
  readonly url: string;
  /** Of page and API. */
  readonly webUrl: string;
  readonly ask: (path: string) => Promise<Record<string, unknown>>;
  /** The newest first. */
  readonly drivers: () => Promise<readonly ListedDriver[]>;
}

/** Starts a dispatcher for drivers of these Sparks, and waits until it is ready. */
export async function startDispatcher(
  scene: Scene,
  sparks: readonly TestSpark[],
): Promise<RunningDispatcher> {
  const dispatcher = scene.startDispatcher(sparks);
  const [, url = '', webUrl = ''] = await dispatcher.printed(
    /"url":"(spark:[^"]+)","webUrl":"(http:[^"]+)".*the dispatcher is ready/,
  );
  const ask = async (path: string): Promise<Record<string, unknown>> =>
    (await (await fetch(`${webUrl}/api/v2${path}`)).json()) as Record<string, unknown>;
  await eventually('the dispatcher is subscribed', async () => (await ask('/readiness')).ready === true);
  const drivers = async () => (await ask('/submissions')).submissions as readonly ListedDriver[];
  return { dispatcher, url, webUrl, ask, drivers };
}
