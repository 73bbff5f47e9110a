import { chmod, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { gatewayDirectory, publishGateway, runningGateways } from '../src/gateway-files.ts';

const GATEWAY = { httpUrl: 'http://127.0.0.1:4711', master: 'mesos://a:5050' };

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'gateway-files-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

describe('gateways of this machine', () => {
  test('are known while they run, to their user alone', async () => {
    const directory = path.join(await folder(), 'own');
    const unpublish = await publishGateway(directory, GATEWAY);
    expect(await runningGateways(directory)).toMatchObject([{ ...GATEWAY, pid: process.pid }]);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    await unpublish();
    expect(await runningGateways(directory)).toEqual([]);
  });

  test('that were killed are forgotten, and what is no gateway is passed over', async () => {
    const directory = await folder();
    await chmod(directory, 0o700);
    const gone = { ...GATEWAY, pid: 4_194_303, startedAt: new Date().toISOString() };
    await writeFile(path.join(directory, 'gone.json'), JSON.stringify(gone));
    await writeFile(path.join(directory, 'junk.json'), '{"httpUrl":"file:///etc"}');
    expect(await runningGateways(directory)).toEqual([]);
    expect(await readdir(directory)).toEqual(['junk.json']);
  });

  test('are not believed from a folder that others may write to, nor through a link', async () => {
    const open = await folder();
    await chmod(open, 0o777);
    await publishGateway(open, GATEWAY);
    expect(await readdir(open)).toEqual([]);
    expect(await runningGateways(open)).toEqual([]);
    const link = path.join(await folder(), 'link');
    await symlink(await folder(), link);
    await publishGateway(link, GATEWAY);
    expect(await runningGateways(link)).toEqual([]);
  });

  test('need not be known: where nothing can be written, they run all the same', async () => {
    const unpublish = await publishGateway('/dev/null/none', GATEWAY);
    await unpublish();
    expect(await runningGateways('/dev/null/none')).toEqual([]);
  });

  test('stand in the runtime directory of the user, or in one of their own', () => {
    expect(gatewayDirectory({ XDG_RUNTIME_DIR: '/run/user/7' })).toBe('/run/user/7/spark-mesos');
    const own = path.join(tmpdir(), `spark-mesos-${process.getuid?.()}`);
    expect(gatewayDirectory({ XDG_RUNTIME_DIR: 'relative' })).toBe(own);
    expect(gatewayDirectory({})).toBe(own);
  });
});
