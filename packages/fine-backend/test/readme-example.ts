import { type ProgramTask, SchedulerBackend, type WorkerOffer } from '@spark-mesos/fine-backend';
import { SchedulerClient } from '@spark-mesos/mesos-client';

export function runAll(master: string, commands: string[], tell: (text: string) => void): SchedulerBackend {
  const client = new SchedulerClient({ master, framework: { user: 'root', name: 'commands' } });
  const place = (worker: WorkerOffer): ProgramTask[] =>
    commands
      .splice(0, worker.cpus)
      .map((value) => ({ taskId: value, name: value, worker, cpus: 1, command: { value } }));
  const statusUpdate = (taskId: string, state: string) => tell(`${taskId} is ${state}`);
  const failed = ({ message }: Error) => tell(message);
  const scheduler = {
    resourceOffers: (offers: readonly WorkerOffer[]) => offers.flatMap(place),
    statusUpdate,
    failed,
  };
  const backend = new SchedulerBackend({ client, scheduler });
  backend.start();
  return backend;
} // then: backend.reviveOffers(), whenever there is something to run
