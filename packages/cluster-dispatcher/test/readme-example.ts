import { Dispatcher, type SubmissionRequest } from '@spark-mesos/cluster-dispatcher';
import { FileStore } from '@spark-mesos/durable-store';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import { parseDispatcherSettings } from '@spark-mesos/scheduler-utils';

/** Runs one driver; the store makes sure that it runs, whatever happens to this process. */
export async function runDriver(master: string, directory: string, request: SubmissionRequest) {
  const parsed = parseDispatcherSettings({ 'spark.home': '/opt/spark' });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join());
  const store = await FileStore.open({ directory });
  const dispatcher = await Dispatcher.start({
    settings: parsed.settings,
    identity: { user: 'me' },
    connect: (framework) => new SchedulerClient({ master, framework }),
    store,
    masterUrlOf: () => 'spark://gateway:7077',
  });
  return { dispatcher, store, outcome: await dispatcher.submit(request) };
}
