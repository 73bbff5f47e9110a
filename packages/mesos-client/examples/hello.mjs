// A framework: runs one command on the first agent that is offered, says what becomes of it, and ends.
import { acceptCall, launchOperation, OperatorClient, SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { mesos } from '@spark-mesos/mesos-proto';

const cluster = await LocalCluster.start({ agents: 1 });
const { host, port } = cluster.master; // any other Mesos does as well
const framework = { user: process.env.USER ?? 'root', name: 'hello' };
const client = new SchedulerClient({ master: `${host}:${port}`, framework });
const scalar = (name, value) => ({ name, type: mesos.v1.Value.Type.SCALAR, scalar: { value } });

for await (const { kind, event, error } of client.events()) {
  if (kind === 'failed') throw error;
  for (const { id, agentId } of event?.offers?.offers ?? []) {
    const resources = [scalar('cpus', 0.1), scalar('mem', 32)];
    const task = { name: 'hello', taskId: { value: 'hello-1' }, agentId, resources };
    const operation = launchOperation([{ ...task, command: { value: 'echo hello' } }]);
    await client.call(acceptCall([id], [operation], 3600));
  }
  if (!event?.update) continue;
  const { status } = event.update;
  await client.acknowledge(status);
  console.log(`${status.taskId.value}: ${mesos.v1.TaskState[status.state]}`);
  if (status.state === mesos.v1.TaskState.TASK_FINISHED) await client.teardown();
}
const { frameworks } = await new OperatorClient({ master: `${host}:${port}` }).getFrameworks();
console.log(`${frameworks?.length ?? 0} frameworks are left`);
await cluster.close();
