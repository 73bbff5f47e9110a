import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ShuffleServiceClient } from '@spark-mesos/external-shuffle';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { expect, onTestFinished, test } from 'vitest';
import { type ServiceSettings, startService } from '../../src/index.ts';
import { readSettings } from '../../src/settings.ts';

/** A logger whose phrases can be waited for. */
function listenedLogger() {
  const phrases = new EventEmitter();
  const log = (_fields: object, phrase: string) => void phrases.emit(phrase);
  const logger = { debug: log, info: log, warn: log, error: log, child: () => logger };
  return { logger, said: (phrase: string) => once(phrases, phrase) };
}

function settingsOf(properties: Record<string, string>): ServiceSettings {
  const read = readSettings(new Map(Object.entries(properties)), {});
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.settings;
}

async function frameworkOf(master: string) {
  const client = new SchedulerClient({ master, framework: { user: 'ada', name: 'job' } });
  for await (const event of client.events()) {
    if (event.kind === 'subscribed') return { client, frameworkId: event.frameworkId };
  }
  throw new Error('the framework was not subscribed');
}

test('S28: files of a silent driver stay while the master has its framework, and go when it has ended', async () => {
  const cluster = await LocalCluster.start({ agents: 1 });
  onTestFinished(() => cluster.close());
  const folder = await mkdtemp(path.join(tmpdir(), 'shuffle-service-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { logger, said } = listenedLogger();
  const service = await startService({
    settings: settingsOf({
      'spark.shuffle.service.port': '0',
      'spark.local.dir': folder,
      'spark.shuffle.cleaner.interval': '20ms',
      'spark.mesos.shuffle.service.master': cluster.master.url,
    }),
    host: '127.0.0.1',
    workDir: path.join(folder, 'work'),
    metricsHost: '127.0.0.1',
    metricsPort: 0,
    logger,
  });
  onTestFinished(() => service.close());
  const { client, frameworkId } = await frameworkOf(cluster.master.url);
  onTestFinished(() => client.close());
  const kept = said('the master says that the framework runs: its files are kept');
  const removed = said('application is over: its files are removed');

  const address = { host: '127.0.0.1', port: service.port };
  const driver = await ShuffleServiceClient.connect({ address });
  onTestFinished(() => driver.close());
  await driver.registerDriver(frameworkId, 1);
  await kept;
  await client.teardown();
  await removed;
  expect(await driver.heartbeat(frameworkId)).toBe('unknown');
});
