import { SchedulerBackend, type WorkerOffer } from '@spark-mesos/fine-backend';
import { SchedulerClient } from '@spark-mesos/mesos-client';

export function runAll(master: string, commands: string[], tell: (text: string) => void): SchedulerBackend {
  const client = new SchedulerClient({ master, framework: { user: 'root', name: 'commands' } });
  const place = (worker: WorkerOffer) =>
    commands
      .splice(0, worker.cpus)
      .map((value) => ({ taskId: value, name: value, worker, cpus: 1, command: { value } }));
  const resourceOffers = (offers: readonly WorkerOffer[]) => offers.flatMap(place);
  const statusUpdate = (taskId: string, state: string) => tell(`${taskId} is ${state}`);
  const scheduler = { resourceOffers, statusUpdate, failed: ({ message }: Error) => tell(message) };
  return new SchedulerBackend({ client, scheduler });
} // then: backend.start(), and backend.reviveOffers() whenever there is something to run
