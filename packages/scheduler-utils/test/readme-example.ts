import type { mesos } from '@spark-mesos/mesos-proto';
import { constraintMatcher, parseSettings, takeScalar } from '@spark-mesos/scheduler-utils';

const parsed = parseSettings({ 'spark.executor.cores': '2', 'spark.mesos.constraints': 'rack:r1,r2' });
if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
const { constraints, executorCores = 1 } = parsed.settings;
const meetsConstraints = constraintMatcher(constraints);

/** The cpus of an offer for one executor, or why not: { reason: 'CPUS_SHORT', need: 2, have: 1.5 } */
export function cpusFor(offer: mesos.v1.IOffer) {
  const match = meetsConstraints(offer);
  return match.ok ? takeScalar(offer.resources ?? [], 'cpus', executorCores) : match;
}
