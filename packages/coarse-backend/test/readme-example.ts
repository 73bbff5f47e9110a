import { type CoarseApplication, CoarseBackend, DEFAULT_COARSE_SETTINGS } from '@spark-mesos/coarse-backend';
import { SchedulerClient } from '@spark-mesos/mesos-client';

export function startWorkers(master: string, tell: (text: string) => void): CoarseBackend {
  const client = new SchedulerClient({ master, framework: { user: 'root', name: 'workers' } });
  const application: CoarseApplication = {
    launch: ({ executorId }) => ({ name: `worker ${executorId}`, command: { value: 'exec sleep 600' } }),
    registered: (frameworkId) => tell(`registered as ${frameworkId}`),
    executorLaunched: ({ executorId, hostname }) => tell(`worker ${executorId} goes to ${hostname}`),
    executorState: ({ executorId }, state) => tell(`worker ${executorId} is ${state}`),
    waiting: ({ sentence }) => tell(sentence), // 'Waiting for 1 executor with …: no offer has 4505 MiB of memory …'
    failed: ({ message }) => tell(message),
  };
  return new CoarseBackend({ client, application, settings: DEFAULT_COARSE_SETTINGS });
} // then: workers.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 2 }]])); workers.start();
