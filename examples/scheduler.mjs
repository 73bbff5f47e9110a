// A framework in thirty lines: runs `echo hello` on each agent that is offered, prints what becomes of it, and ends.
import { acceptCall, declineCall, launchOperation, SchedulerClient } from '@spark-mesos/mesos-client';
import { mesos } from '@spark-mesos/mesos-proto';

const { TaskState, Value } = mesos.v1;
const scalar = (name, value) => ({ name, type: Value.Type.SCALAR, scalar: { value } });
const framework = { user: process.env.USER ?? 'root', name: 'hello from JavaScript' };
const client = new SchedulerClient({ master: process.argv[2] ?? 'mesos://127.0.0.1:5050', framework });
const agents = new Set(); // that have had their task
const unfinished = new Set(); // tasks

for await (const { kind, event, error } of client.events()) {
  if (kind === 'failed') throw error;
  for (const { id, agentId, hostname } of event?.offers?.offers ?? []) {
    const taskId = { value: `hello-${agents.size + 1}` };
    const resources = [scalar('cpus', 0.1), scalar('mem', 32)];
    const task = { name: 'hello', taskId, agentId, resources, command: { value: 'echo hello' } };
    const isNew = !agents.has(agentId.value);
    if (isNew) console.log(`${taskId.value}: launching on ${hostname}, agent ${agentId.value}`);
    if (isNew) unfinished.add(taskId.value);
    agents.add(agentId.value);
    await client.call(isNew ? acceptCall([id], [launchOperation([task])], 60) : declineCall([id], 60));
  }
  if (!event?.update) continue;
  const { taskId, state, message } = event.update.status;
  console.log(`${taskId.value}: ${TaskState[state]} ${message ?? ''}`.trimEnd());
  await client.acknowledge(event.update.status);
  if (!/STAGING|STARTING|RUNNING/.test(TaskState[state])) unfinished.delete(taskId.value);
  if (unfinished.size === 0) await client.teardown();
}
