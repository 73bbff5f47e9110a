import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type CommandOptions, commandLine } from '../src/command-line.ts';

const FOLDER = new URL('../deploy/', import.meta.url);

const text = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');

async function defaults(): Promise<CommandOptions> {
  let read: CommandOptions | undefined;
  const program = commandLine('1.0.0', async (options) => {
    read = options;
  });
  await program.parseAsync(['-m', 'mesos://a:5050'], { from: 'user' });
  if (read === undefined) throw new Error('nothing was read');
  return read;
}

/** The dispatcher ends itself after this time (main.ts); whoever stops it has to wait longer. */
const LONGEST_STOP_SECONDS = 20;

const canVerify = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('the systemd unit', () => {
  test.skipIf(!canVerify)('has nothing in it that systemd would complain of', () => {
    const unit = fileURLToPath(new URL('spark-mesos-dispatcher.service', FOLDER));
    expect(execFileSync('systemd-analyze', ['verify', unit], { encoding: 'utf8', stdio: 'pipe' })).toBe('');
  });

  test('has the folder of its state made where the command looks for it, and waits for its end', async () => {
    const unit = text('spark-mesos-dispatcher.service');
    const [, folder] = /^StateDirectory=(.*)$/m.exec(unit) ?? [];
    expect(`/var/lib/${folder}`).toBe((await defaults()).workDir);
    const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? [];
    expect(Number(seconds)).toBeGreaterThan(LONGEST_STOP_SECONDS);
  });
});

describe.each(readdirSync(FOLDER).filter((name) => name.endsWith('.json')))('%s', (name) => {
  test('asks for the health of the port of the page, and waits for the end', async () => {
    const app = JSON.parse(text(name)) as {
      healthChecks: { protocol: string; path: string; port: number }[];
      taskKillGracePeriodSeconds: number;
      mem: number;
    };
    const { webuiPort } = await defaults();
    expect(app.healthChecks).toMatchObject([{ protocol: 'MESOS_HTTP', path: '/healthz', port: webuiPort }]);
    expect(app.taskKillGracePeriodSeconds).toBeGreaterThan(LONGEST_STOP_SECONDS);
    expect(app.mem).toBeGreaterThanOrEqual(512);
  });
});

test('the container file installs this package, runs its command, and keeps its state and ports', async () => {
  const file = text('Containerfile');
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    name: string;
    bin: Record<string, string>;
  };
  const { workDir, webuiPort } = await defaults();
  expect(file).toContain(`npm install --global "${manifest.name}@`);
  expect(JSON.parse(/^ENTRYPOINT (.*)$/m.exec(file)?.[1] ?? '')).toEqual(Object.keys(manifest.bin));
  expect(file).toContain(`VOLUME ${workDir}\n`);
  expect(file).toContain(`EXPOSE 7077 ${webuiPort}\n`);
});
