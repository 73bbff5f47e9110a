import { describe, expect, test } from 'vitest';
import { commandLine } from '../src/command-line.ts';

/** What is told of these words, and how the command would end. */
async function told(...words: readonly string[]) {
  let text = '';
  const take = (part: string) => {
    text += part;
  };
  const command = commandLine('1.2.3', async () => {}).configureOutput({ writeOut: take, writeErr: take });
  const end = await command.parseAsync(words, { from: 'user' }).then(
    () => undefined,
    ({ exitCode }: { readonly exitCode: number }) => exitCode,
  );
  return { text, end };
}

describe('the command line', () => {
  test('says what is wrong with it as every other line of this command begins, and what was probably meant', async () => {
    const { text, end } = await told('--work-dri', '/x');
    expect(text).toBe(
      "spark-mesos-shuffle-service: unknown option '--work-dri'\n(Did you mean --work-dir?)\n" +
        '(spark-mesos-shuffle-service --help shows all options)\n',
    );
    expect(end).toBe(1);
    expect((await told('--metrics-port', 'many')).text).toMatch(
      /^spark-mesos-shuffle-service: .*from 0 to 65535/,
    );
  });

  test('tells its version and its options', async () => {
    expect(await told('--version')).toEqual({ text: '1.2.3\n', end: 0 });
    const help = await told('--help');
    expect(help.end).toBe(0);
    for (const option of ['--conf', '--work-dir', '--host', '--metrics-port', '--log-level']) {
      expect(help.text).toContain(option);
    }
  });
});
