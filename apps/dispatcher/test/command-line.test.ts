import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { type CommandOptions, commandLine, masterOf, usageProblem } from '../src/command-line.ts';
import { EXIT_CODES } from '../src/exit-codes.ts';

async function parse(...words: string[]): Promise<CommandOptions> {
  let found: CommandOptions | undefined;
  const command = commandLine('1', async (options) => {
    found = options;
  }).configureOutput({ writeOut: () => {}, writeErr: () => {} });
  await command.parseAsync(words, { from: 'user' });
  if (found === undefined) throw new Error('it was not run');
  return found;
}

async function problemWith(...words: string[]): Promise<string> {
  try {
    await parse(...words);
    return '';
  } catch (error) {
    return error instanceof CommanderError ? usageProblem(error) : String((error as Error).message);
  }
}

describe('D1: the command line', () => {
  test('has the flags and defaults of the original', async () => {
    expect(await parse('-m', 'mesos://a:5050')).toMatchObject({
      master: 'mesos://a:5050',
      webuiPort: 8081,
      name: 'Spark Cluster',
    });
    const words = ['-h', 'host', '-p', '1', '--webui-port', '2', '--name', 'n', '-z', 'z:2181', '--verbose'];
    expect(await parse(...words, '--conf', 'spark.a=b=c', '--conf', 'spark.d=e')).toMatchObject({
      host: 'host',
      port: 1,
      webuiPort: 2,
      name: 'n',
      zk: 'z:2181',
      verbose: true,
      conf: new Map([
        ['spark.a', 'b=c'],
        ['spark.d', 'e'],
      ]),
    });
  });

  test('takes a plain host alone', async () => {
    expect(await problemWith('-h', 'host:7077')).toContain('without a port');
    expect(await problemWith('-h', 'http://host')).toContain('without a port');
    expect((await parse('-h', '[::1]')).host).toBe('::1');
    expect((await parse('-h', 'fe80::1')).host).toBe('fe80::1');
  });

  test('shows its help for --help, as -h is the host', async () => {
    await expect(parse('--help')).rejects.toMatchObject({ exitCode: 0 });
  });
});

describe('D2: what is wrong with it', () => {
  test('is told in the words of the original', async () => {
    expect(await problemWith('--bogus')).toBe("Unrecognized option: '--bogus'");
    expect(() => masterOf({})).toThrow('--master is required');
    expect(() => masterOf({ master: 'spark://a' })).toThrow(
      'Cluster dispatcher only supports mesos (uri begins with mesos://)',
    );
    expect(masterOf({ master: 'mesos://zk://a:2181/m' })).toBe('zk://a:2181/m');
  });

  test('never holds the value of a property', async () => {
    expect(await problemWith('--conf', 'hunter2')).not.toContain('hunter2');
  });

  test.each([
    ['--port', '70000'],
    ['--port', 'x'],
    ['--rate-limit', '0'],
    ['--max-body', '1'],
    ['--log-level', 'loud'],
  ])('is said of %s %s', async (flag, value) => {
    expect(await problemWith(flag, value)).not.toBe('');
  });
});

describe('what is in deploy/', () => {
  const deployed = (name: string) => readFileSync(new URL(`../deploy/${name}`, import.meta.url), 'utf8');

  test('the Marathon app runs once, with a command line that is taken', async () => {
    const app = JSON.parse(deployed('marathon.json')) as { cmd: string; instances: number };
    expect(app.instances).toBe(1);
    const words = app.cmd.replace('exec spark-mesos-dispatcher ', '').split(/\s+/);
    expect(masterOf(await parse(...words))).toContain('zk://');
  });

  test('the Marathon app of several runs on hosts of their own, with the state in ZooKeeper', async () => {
    const app = JSON.parse(deployed('marathon-several.json')) as {
      cmd: string;
      instances: number;
      constraints: string[][];
    };
    expect(app.instances).toBeGreaterThan(1);
    // All of them have the same ports.
    expect(app.constraints).toEqual([['hostname', 'UNIQUE']]);
    const options = await parse(...app.cmd.replace('exec spark-mesos-dispatcher ', '').split(/\s+/));
    expect(masterOf(options)).toContain('zk://');
    expect(options.zk).toBe('master.mesos:2181');
  });

  test('the systemd unit has a command line that is taken, and does not start again what stays wrong', async () => {
    const unit = deployed('spark-mesos-dispatcher.service').replaceAll('\\\n', ' ');
    const [, words = ''] = /^ExecStart=\/usr\/bin\/env spark-mesos-dispatcher (.*)$/m.exec(unit) ?? [];
    expect(masterOf(await parse(...words.trim().split(/\s+/)))).toContain('zk://');
    const { usage, fileNotFound, noSpark, settings, notSupported } = EXIT_CODES;
    expect(unit).toContain(
      `RestartPreventExitStatus=${usage} ${fileNotFound} ${noSpark} ${settings} ${notSupported}\n`,
    );
  });
});
