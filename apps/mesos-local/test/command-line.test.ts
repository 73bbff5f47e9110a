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

  it('becomes agents with what was written for them', async () => {
    const options = await read(
      ...['--agents', '3', '--resources', 'cpus:4;mem:8192;ports:[31000-32000]', '--port', '0'],
      ...[
        '--attributes',
        'rack:r{n};zone:a,b',
        '--work-dir',
        '/tmp/x',
        '--task-env',
        'A=1',
        '--task-env',
        'PATH',
      ],
    );
    const { agents, ...rest } = await clusterOptionsOf(options);
    expect(rest).toMatchObject({ port: 0, host: '127.0.0.1', workDir: '/tmp/x' });
    const taskEnvironment = { A: '1', PATH: process.env.PATH };
    expect(agents).toEqual([
      {
        resources: 'cpus:4;mem:8192;ports:[31000-31332]',
        attributes: { rack: 'r1', zone: 'a' },
        taskEnvironment,
      },
      {
        resources: 'cpus:4;mem:8192;ports:[31333-31666]',
        attributes: { rack: 'r2', zone: 'b' },
        taskEnvironment,
      },
      {
        resources: 'cpus:4;mem:8192;ports:[31667-32000]',
        attributes: { rack: 'r3', zone: 'a' },
        taskEnvironment,
      },
    ]);
  });

  it.each([
    ['--agents', '0'],
    ['--agents', 'two'],
    ['--port', '65536'],
    ['--log-level', 'loud'],
    ['--task-env', '1=2'],
    ['--task-env', 'NO_SUCH_VARIABLE_ANYWHERE'],
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
