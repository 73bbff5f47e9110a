import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { type CommandOptions, clusterOptionsOf, commandLine, EXIT_CODES } from '../src/index.ts';

async function read(...words: string[]): Promise<CommandOptions> {
  let seen: CommandOptions | undefined;
  const command = commandLine('1.2.3', async (options) => {
    seen = options;
  }).configureOutput({ writeOut: () => {}, writeErr: () => {} });
  await command.parseAsync(words, { from: 'user' });
  return seen as CommandOptions;
}

describe('the command line', () => {
  it('has defaults for everything', async () => {
    expect(await read()).toMatchObject({ agents: 2, port: 5050, host: '127.0.0.1', logLevel: 'warn' });
  });

  it('says what is wrong with it as every other line of this command begins, and what was probably meant', async () => {
    let text = '';
    const command = commandLine('1.2.3', async () => {}).configureOutput({
      writeErr: (part) => {
        text += part;
      },
    });
    await expect(command.parseAsync(['--agnets', '3'], { from: 'user' })).rejects.toThrow(CommanderError);
    expect(text).toBe(
      "mesos-local: unknown option '--agnets'\n(Did you mean --agents?)\n(mesos-local --help shows all options)\n",
    );
  });

  it('becomes agents with what was written for them', async () => {
    const options = await read(
      ...['--agents', '3', '--resources', 'cpus:4;mem:8192;ports:[31000-32000]', '--port', '0'],
      ...[
        '--attributes',
        'rack:r{n};zone:a,b',
        '--work-dir',
        '/tmp/x',
        '--executor-environment',
        'A=1',
        '--executor-environment',
        'PATH',
        '--executor-environment',
        '{"LANG": "C.UTF-8", "B": "x=y"}',
      ],
    );
    const { agents, ...rest } = await clusterOptionsOf(options);
    expect(rest).toMatchObject({ port: 0, host: '127.0.0.1', workDir: '/tmp/x' });
    const executorEnvironment = { A: '1', PATH: process.env.PATH, LANG: 'C.UTF-8', B: 'x=y' };
    expect(agents).toEqual([
      {
        resources: 'cpus:4;mem:8192;ports:[31000-31332]',
        attributes: { rack: 'r1', zone: 'a' },
        executorEnvironment,
      },
      {
        resources: 'cpus:4;mem:8192;ports:[31333-31666]',
        attributes: { rack: 'r2', zone: 'b' },
        executorEnvironment,
      },
      {
        resources: 'cpus:4;mem:8192;ports:[31667-32000]',
        attributes: { rack: 'r3', zone: 'a' },
        executorEnvironment,
      },
    ]);
  });

  it.each([
    ['--agents', '0'],
    ['--agents', 'two'],
    ['--port', '65536'],
    ['--log-level', 'loud'],
    ['--executor-environment', '1=2'],
    ['--executor-environment', 'NO_SUCH_VARIABLE_ANYWHERE'],
    ['--executor-environment', '{"A": 1}'],
    ['--executor-environment', '{"A"'],
    ['--no-such-option', 'x'],
    ['stray', 'words'],
  ])('refuses %s %s', async (...words) => {
    await expect(read(...words)).rejects.toThrow(CommanderError);
  });
});

describe('the README', () => {
  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  it('says of every exit code what it means, and of no others', () => {
    const documented = [...page.matchAll(/^\| *(\d+) *\|/gm)].map(([, code]) => Number(code));
    expect(documented.toSorted()).toEqual(Object.values(EXIT_CODES).toSorted());
  });

  it('has every option', () => {
    for (const option of commandLine('', async () => {}).options) {
      if (option.long !== '--version') expect(page).toContain(`\`${option.flags}\``);
    }
  });
});
