import { Dispatcher } from '@spark-mesos/cluster-dispatcher';
import type { FileStore } from '@spark-mesos/durable-store';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import type { DispatcherSettings } from '@spark-mesos/scheduler-utils';

/** What it takes runs, whatever happens to this process: the store sees to that. */
export async function startDispatcher(master: string, store: FileStore, settings: DispatcherSettings) {
  return Dispatcher.start({
    settings, // parseDispatcherSettings({ 'spark.home': '/opt/spark' })
    identity: { user: 'me' },
    connect: (framework) => new SchedulerClient({ master, framework }),
    store, // await FileStore.open({ directory: '/var/lib/drivers' })
    masterUrlOf: () => 'spark://gateway:7077',
  });
} // then: await dispatcher.submit({ appResource, mainClass, arguments, properties, environment })
