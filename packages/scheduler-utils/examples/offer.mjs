// Whether an offer has what an executor needs, by Spark's settings; a refusal says why in figures.
import { mesos } from '@spark-mesos/mesos-proto';
import { constraintMatcher, parseSettings, takeScalar } from '@spark-mesos/scheduler-utils';

const { SCALAR, TEXT } = mesos.v1.Value.Type;
const offer = (rack, cpus) => ({
  id: { value: rack },
  attributes: [{ name: 'rack', type: TEXT, text: { value: rack } }],
  resources: [{ name: 'cpus', type: SCALAR, scalar: { value: cpus } }],
});

const wrong = parseSettings({ 'spark.executor.cores': 'two', 'spark.mesos.maxDrivers': '-1' });
for (const { message } of wrong.problems) console.log(message);

const properties = { 'spark.executor.cores': '2', 'spark.mesos.constraints': 'rack:r1,r2' };
const { settings } = parseSettings(properties);
const meetsConstraints = constraintMatcher(settings.constraints);
for (const one of [offer('r1', 4), offer('r2', 1.5), offer('r3', 8)]) {
  const match = meetsConstraints(one);
  const { ok, reason } = match.ok ? takeScalar(one.resources, 'cpus', settings.executorCores) : match;
  console.log(one.id.value, ok ? 'fits' : reason);
}
