import { RecordedCluster } from './recorded-cluster.ts';

/** A cluster at work: three agents, three applications that run and some that are over. */
export function busyCluster(): { cluster: RecordedCluster; pi: string; etl: string; shell: string } {
  const cluster = new RecordedCluster();
  const now = Date.now();
  const ago = (seconds: number) => now - seconds * 1000;
  cluster.addAgent('worker-1.rack-a', 8, 16_384, { rack: 'a', zone: 'north' });
  cluster.addAgent('worker-2.rack-a', 8, 16_384, { rack: 'a', zone: 'north', disk: 'ssd' });
  cluster.addAgent('worker-3.rack-b', 4, 8_192, { rack: 'b', zone: 'south' });

  const words = cluster.addFramework('Word count', 'dev', ago(1500));
  for (const number of [0, 1]) {
    const id = `4f1c-${number}`;
    const place = { agent: number, cpus: 1, memMiB: 1408, startedMs: ago(1495 - number) };
    cluster.addTask(words, { id, name: `Word count ${number}`, ...place });
    cluster.endTask(words, id, 'TASK_FINISHED', ago(1380 + number));
  }
  cluster.endFramework(words, ago(1378));

  const broken = cluster.addFramework('Import of orders', 'production', ago(1100));
  cluster.addTask(broken, {
    id: '77ab-0',
    name: 'Import of orders 0',
    agent: 2,
    cpus: 1,
    memMiB: 2816,
    startedMs: ago(1095),
  });
  cluster.endTask(broken, '77ab-0', 'TASK_FAILED', ago(1090), 'Command exited with status 1');
  cluster.addTask(broken, {
    id: '77ab-1',
    name: 'Import of orders 1',
    agent: 1,
    cpus: 1,
    memMiB: 2816,
    startedMs: ago(1088),
  });
  cluster.endTask(broken, '77ab-1', 'TASK_LOST', ago(1050), 'Agent worker-2.rack-a was removed');
  cluster.endFramework(broken, ago(1049));

  const etl = cluster.addFramework('Nightly ETL', 'production', ago(760));
  for (const number of [0, 1, 2]) {
    const place = { agent: number, cpus: 2, memMiB: 4506, startedMs: ago(750 - 11 * number) };
    cluster.addTask(etl, {
      id: `c09e-${number}`,
      name: `Nightly ETL ${number}`,
      ...place,
      labels: { team: 'data' },
    });
  }
  cluster.endTask(etl, 'c09e-1', 'TASK_KILLED', ago(300), 'Command terminated with signal Terminated');
  const staged = { agent: 0, cpus: 2, memMiB: 4506, startedMs: ago(1) };
  cluster.addTask(etl, { id: 'c09e-3', name: 'Nightly ETL 3', ...staged }, 'TASK_STAGING');

  const pi = cluster.addFramework('Spark Pi', 'dev', ago(48));
  for (const number of [0, 1]) {
    const place = { agent: number, cpus: 1, memMiB: 1408, startedMs: ago(45 - number) };
    cluster.addTask(pi, {
      id: `b7d3-${number}`,
      name: `Spark Pi ${number}`,
      ...place,
      labels: { team: 'a', stage: 'test' },
    });
  }

  const shell = cluster.addFramework('Spark shell', 'dev', ago(20));
  cluster.addOffer(shell, 0, 3, 6_144);
  cluster.addOffer(shell, 2, 2, 3_600);
  const sandbox = cluster.sandboxOf(pi, 'b7d3-0');
  cluster.appendFile(`${sandbox}/stderr`, executorLog(now));
  cluster.writeFile(`${sandbox}/spark-3a1f/blockmgr-0c/00/shuffle_0_0_0.data`, Buffer.from([0x50, 0, 1, 2]));
  cluster.writeFile(`${sandbox}/app.jar`, Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
  return { cluster, pi, etl, shell };
}

function executorLog(nowMs: number): string {
  const line = (index: number) => {
    const clock = new Date(nowMs - (900 - index) * 50).toISOString().slice(11, 19);
    const task = Math.floor(index / 3);
    return [
      `26/11/21 ${clock} INFO Executor: Running task ${task}.0 in stage 0.0 (TID ${task})`,
      `26/11/21 ${clock} INFO PythonRunner: Times: total = ${500 + ((index * 37) % 90)}, boot = ${index % 7}, init = 39, finish = 466`,
      `26/11/21 ${clock} INFO Executor: Finished task ${task}.0 in stage 0.0 (TID ${task}). 1418 bytes result sent to driver`,
    ][index % 3];
  };
  return `${Array.from({ length: 900 }, (_, index) => line(index)).join('\n')}\n`;
}
