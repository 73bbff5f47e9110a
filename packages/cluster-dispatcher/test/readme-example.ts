import { Dispatcher } from '@spark-mesos/cluster-dispatcher';
import { FileStore } from '@spark-mesos/durable-store';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import type { DispatcherSettings } from '@spark-mesos/scheduler-utils';

/** What it takes runs, whatever happens to this process: the store in the directory sees to that. */
export async function startDispatcher(master: string, directory: string, settings: DispatcherSettings) {
  return Dispatcher.start({
    settings, // parseDispatcherSettings({ 'spark.home': '/opt/spark' })
    identity: { user: 'me' },
    connect: (framework) => new SchedulerClient({ master, framework }),
    store: await FileStore.open({ directory }),
    masterUrlOf: () => 'spark://gateway:7077',
  });
} // then: await dispatcher.submit({ appResource, mainClass, arguments, properties, environment })
