import { z } from 'zod';
import { asking, connectDispatcher, type DispatcherPlace, dispatcherUrl } from '../dispatcher-connection.ts';
import { httpGet, jsonOf } from '../http-get.ts';
import { type Judgement, ok, problem } from './finding.ts';
import type { Probed } from './within.ts';

/** What a dispatcher says of itself. */
export interface DispatcherFacts {
  readonly status: number;
  /** Undefined: what answers is no dispatcher of ours. */
  readonly readiness: z.infer<typeof readinessShape> | undefined;
  /** Why this user may not even list drivers; undefined where they may, or where it is not known. */
  readonly refusal: string | undefined;
}

const readinessShape = z.object({
  ready: z.boolean(),
  recovered: z.boolean(),
  subscribed: z.boolean(),
  storeWritable: z.boolean(),
  draining: z.boolean(),
});

/** Asks whether it is ready, and whether it lets this user in. */
export async function probeDispatcher(
  place: DispatcherPlace & { readonly url: string },
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<DispatcherFacts> {
  const { status, body } = await httpGet(new URL('/readyz', dispatcherUrl(place.url)), signal);
  const read = readinessShape.safeParse(jsonOf(body));
  if (!read.success) return { status, readiness: undefined, refusal: undefined };
  const client = await connectDispatcher(place, environment);
  const refusal = await asking(client.list({ limit: '1' })).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { status, readiness: read.data, refusal };
}

/** The dispatcher. */
export function judgeDispatcher(url: string, dispatcher: Probed<DispatcherFacts>): Judgement {
  if (dispatcher.kind === 'failed' && dispatcher.code?.startsWith('SUBMIT_'))
    return problem(dispatcher.message);
  if (dispatcher.kind !== 'found') {
    return problem(
      `the dispatcher ${url}: ${dispatcher.message}`,
      'check the address, and that spark-mesos-dispatcher runs there',
    );
  }
  const { status, readiness, refusal } = dispatcher.facts;
  if (readiness === undefined) {
    return problem(
      `what answers at ${url} is no dispatcher of spark-mesos: it answers ${status} to /readyz`,
      'check host and port (8081 unless set otherwise)',
    );
  }
  const { ready, recovered, subscribed, storeWritable, draining } = readiness;
  const reasons = [
    ...(recovered ? [] : ['it still reads its state']),
    ...(subscribed ? [] : ['its Mesos master does not let it in, or is away']),
    ...(storeWritable ? [] : ['it cannot write its state down']),
    ...(draining ? ['it is being stopped'] : []),
  ];
  if (!ready) {
    const why = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
    return problem(
      `the dispatcher ${url} takes no drivers at present${why}`,
      'read its log; most of it passes by itself',
    );
  }
  if (refusal !== undefined)
    return problem(refusal, 'name a token with --token-file or SPARK_MESOS_DISPATCHER_TOKEN');
  return ok(`${url} is ready, and takes drivers`);
}
