import { describe, expect, onTestFinished, test } from 'vitest';
import { jarOf, newestSpark, Scene, stateWith } from '../harness/index.ts';

/** What keeps a job waiting for ever on agents of 2 cpus and 4 GiB, and what explain says of it first. */
const WAITS = [
  {
    what: 'more memory than any agent has',
    flags: ['--executor-memory', '8g'],
    sentence: /^GatedSum \(\S+\) waits because no offer has .*8.* GiB/,
  },
  {
    what: 'a constraint that holds nowhere',
    flags: ['--executor-memory', '512m', '--conf', 'spark.mesos.constraints=rack:r9'],
    sentence: /^GatedSum \(\S+\) waits because .*constraint.*rack/,
  },
] as const;

describe('explain', () => {
  const spark = newestSpark();
  test.each(WAITS)('says that a job waits because it wants $what', async ({ flags, sentence }) => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const jar = await jarOf('gatedSum', spark);
    const program = ['--class', 'org.sparkmesos.e2e.GatedSum', jar, '1', scene.path('gate')];
    const job = scene.start(['submit', '--master', scene.master, ...flags, ...program], { spark });
    const id = await stateWith(scene.masterUrl, 'a framework', ({ frameworks }) => frameworks[0]?.id);
    await job.printed(/Waiting for/);

    const byItself = await scene.startAlone(['explain']).ended;
    expect(byItself.stdout.split('\n')[0]).toMatch(sentence);
    expect(byItself.status).toBe(0);
    const byMaster = await scene.startAlone(['explain', id, '--master', scene.master]).ended;
    expect(byMaster.stdout.split('\n')[0]).toMatch(sentence);
    const asJson = JSON.parse((await scene.startAlone(['explain', id, '--json']).ended).stdout);
    expect(asJson).toMatchObject({ application: { id, executors: 0 }, holds: [] });
    expect(asJson.offers).toHaveLength(2);
    const unknown = await scene.startAlone(['explain', 'no-such-application']).ended;
    expect(unknown.status).toBe(68);
    job.kill('SIGTERM');
    await job.ended;
  });
});
