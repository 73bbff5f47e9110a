import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { misspelt, readCommandLine, SPARK_COMMANDS } from '../src/command-line.ts';
import { COMMANDS } from '../src/commands.ts';
import { helpOf } from '../src/help.ts';
import { OWN_FLAGS, ownOption } from '../src/own-options.ts';
import { runRoot } from '../src/root.ts';
import { SPARK_DESCRIPTIONS } from '../src/spark-commands.ts';
import { nearest } from '../src/suggestion.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** What a command prints that needs nothing of its process. */
async function printed(...words: readonly string[]): Promise<string> {
  let written = '';
  const status = await runRoot(words, {
    environment: {},
    signals: { on: () => {}, off: () => {} },
    onTerminal: false,
    crashed: new Promise(() => {}),
    version: '1.2.3',
    write: (text) => {
      written += text;
    },
    writeError: () => {},
  });
  expect(status).toBe(0);
  return written;
}

describe('every flag of ours', () => {
  test.each(OWN_FLAGS)('$name is read, in the help and in the README', ({ name, value }) => {
    const sample = value === 'PORT' ? '1' : 'warn';
    expect(ownOption({}, `--${name}`, undefined, sample)).toBe(value === undefined ? 1 : 2);
    const flag = `--${name}${value === undefined ? '' : ` ${value}`}`;
    for (const command of SPARK_COMMANDS) expect(helpOf(SPARK_DESCRIPTIONS[command])).toContain(flag);
    expect(readme).toContain(`\`${flag}\``);
  });
});

describe('help', () => {
  test('lists every command, and tells of each with its flags and examples that begin as they are typed', async () => {
    const overview = await printed('--help');
    for (const { description } of COMMANDS) {
      const { name, summary, flags, examples } = description;
      expect(overview).toContain(`  ${name.padEnd(12)}${summary}\n`);
      const help = await printed('help', name);
      for (const flag of flags) expect(help).toContain(`--${flag.name}`);
      expect(examples.length).toBeGreaterThan(0);
      for (const [line] of examples) {
        expect(help).toContain(line);
        expect(line).toContain(`spark-mesos ${name}`);
      }
      expect(readme, name).toContain(`\`spark-mesos ${name}\``);
    }
    expect(await printed('-h')).toBe(overview);
    expect(await printed('help')).toBe(overview);
    expect(await printed('--version')).toBe('1.2.3\n');
  });

  test.each([
    [['sumbit'], /no command sumbit; did you mean submit\?/],
    [['help', 'sttus'], /did you mean status\?/],
    [['--verison'], /no flag --verison; did you mean --version\?/],
    [['frobnicate'], /there are submit, shell, /],
    [[], /a command is missing/],
    [['list', '--jsn'], /--jsn is not known here; did you mean --json\?/],
    [['list', '--wombat'], /--wombat is not known here; --help shows what is/],
    [['list', '--limit'], /--limit needs a value: NUMBER/],
    [['list', '--json=yes'], /--json takes no value/],
    [['completion', 'tcsh'], /bash, zsh, fish/],
  ])('is offered for %j', async (words, message) => {
    await expect(printed(...words)).rejects.toMatchObject({
      code: 'SUBMIT_USAGE',
      message: expect.stringMatching(message),
    });
  });

  test('is offered for options that Spark will not know either, and for no others', () => {
    const hints = (...words: string[]) => misspelt(readCommandLine('submit', words));
    expect(hints('--progres', '--execut-memory=2g', 'app.jar')).toEqual([
      '--progres is passed on to Spark; did you mean --progress?',
      '--execut-memory is passed on to Spark; did you mean --executor-memory?',
    ]);
    expect(hints('--num-executors', '2', '--brand-new-option', 'app.jar', '--progres')).toEqual([]);
    expect(misspelt(readCommandLine('pyspark', ['--progres']))).toEqual([]);
  });
});

describe('the nearest word', () => {
  test.each([
    ['stauts', 'status'],
    ['log', 'logs'],
    ['x', undefined],
    ['completely', undefined],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, ['status', 'logs', 'kill'])).toBe(expected);
  });
});
