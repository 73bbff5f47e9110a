import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandLine } from '../src/command-line.ts';
import { EXIT_CODES } from '../src/exit-codes.ts';

function deployed(name: string): string {
  return readFileSync(new URL(`../deploy/${name}`, import.meta.url), 'utf8');
}

async function isTaken(words: string): Promise<boolean> {
  let taken = false;
  const run = async () => {
    taken = true;
  };
  await commandLine('1', run).parseAsync(words.trim().split(/\s+/), { from: 'user' });
  return taken;
}

describe('what is in deploy/', () => {
  test('the Marathon app runs once on each host, with a command line that is taken', async () => {
    const app = JSON.parse(deployed('marathon.json')) as { cmd: string; constraints: string[][] };
    expect(app.constraints).toEqual([['hostname', 'UNIQUE']]);
    expect(await isTaken(app.cmd.replace('exec spark-mesos-shuffle-service', ''))).toBe(true);
  });

  test('the systemd unit has a command line that is taken, and does not start again what stays wrong', async () => {
    const unit = deployed('spark-mesos-shuffle-service.service').replaceAll('\\\n', ' ');
    const [, words = ''] = /^ExecStart=\/usr\/bin\/env spark-mesos-shuffle-service (.*)$/m.exec(unit) ?? [];
    expect(await isTaken(words)).toBe(true);
    const { usage, fileNotFound, settings } = EXIT_CODES;
    expect(unit).toContain(`RestartPreventExitStatus=${usage} ${fileNotFound} ${settings}\n`);
  });
});
