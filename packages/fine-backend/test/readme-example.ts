import { type ProgramTask, SchedulerBackend, type WorkerOffer } from '@spark-mesos/fine-backend';
import { SchedulerClient } from '@spark-mesos/mesos-client';

export function runAll(master: string, commands: string[], ended: (text: string) => void): SchedulerBackend {
  const client = new SchedulerClient({ master, framework: { user: 'root', name: 'commands' } });
  const taskOf = (value: string, worker: WorkerOffer): ProgramTask => ({
    taskId: value,
    name: value,
    worker,
    cpus: 1,
    memMiB: 32,
    command: { value },
  });
  const resourceOffers = (offers: readonly WorkerOffer[]) =>
    offers.flatMap((worker) => commands.splice(0, worker.cpus).map((command) => taskOf(command, worker)));
  const statusUpdate = (taskId: string, state: string) => ended(`${taskId} is ${state}`);
  const backend = new SchedulerBackend({
    client,
    scheduler: { resourceOffers, statusUpdate, failed: ({ message }) => ended(message) },
  });
  backend.reviveOffers();
  backend.start();
  return backend;
}
