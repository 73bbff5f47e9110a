import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EXPLAIN, runExplain } from '../src/explain-command.ts';
import { GATEWAY, runGateway } from '../src/gateway-command.ts';
import { readOwnArguments } from '../src/own-arguments.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** A process that only listens; it has no gateway of its own. */
function surroundings() {
  let written = '';
  return {
    environment: { XDG_RUNTIME_DIR: '/nowhere' },
    signals: { on: () => {}, off: () => {} },
    crashed: new Promise<never>(() => {}),
    write: (text: string) => {
      written += text;
    },
    writeError: () => {},
    get written() {
      return written;
    },
  };
}

describe('a command without a Spark behind it', () => {
  test('reads its flags, with values apart or behind an equals sign', () => {
    const said = readOwnArguments(GATEWAY.flags, ['--port', '1', '--host=::1', 'word', '--json']);
    expect(said).toEqual({
      words: ['word'],
      values: new Map([
        ['port', '1'],
        ['host', '::1'],
      ]),
      lists: new Map(),
      switches: new Set(['json']),
    });
  });

  test('takes some flags more than once', () => {
    const { lists } = readOwnArguments(EXPLAIN.flags, ['--conf', 'a=1', '--conf=b=2']);
    expect(lists).toEqual(new Map([['conf', ['a=1', 'b=2']]]));
  });

  test('refuses flags that it does not have, and flags without their value', () => {
    for (const words of [['--ports', '1'], ['--port'], ['--json=yes']]) {
      expect(() => readOwnArguments(GATEWAY.flags, words)).toThrow(
        expect.objectContaining({ code: 'SUBMIT_USAGE' }),
      );
    }
  });

  test.each([
    ['gateway', GATEWAY.flags, runGateway],
    ['explain', EXPLAIN.flags, runExplain],
  ] as const)('%s has its flags in its help and in the README', async (name, flags, run) => {
    const around = surroundings();
    expect(await run(['--help'], around)).toBe(0);
    expect(around.written).toContain(`spark-mesos ${name}`);
    for (const flag of flags) {
      const text = `--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`;
      expect(around.written).toContain(text);
      expect(readme).toContain(`\`${text}\``);
    }
  });
});

describe('a gateway', () => {
  test.each([
    [[], 'no master was named'],
    [['--master', 'spark://a:1'], 'is not a Mesos one'],
    [['--master', 'mesos://a:1', 'word'], 'takes flags only'],
    [['--master', 'mesos://a:1', '--port', '70000'], '--port is "70000"'],
    [['--master', 'mesos://a:1', '--failover-timeout', '0'], 'a time above 0'],
    [['--master', 'mesos://a:1', '--driver-timeout', 'soon'], '--driver-timeout'],
    [['--master', 'mesos://a:1', '--log-level', 'loud'], '--log-level is "loud"'],
  ] as const)('that is started with %j says what is wrong', async (words, message) => {
    await expect(runGateway(words, surroundings())).rejects.toMatchObject({
      code: 'SUBMIT_USAGE',
      message: expect.stringContaining(message),
    });
  });

  test('before an embedded Mesos, which would end with it, is not supported', async () => {
    await expect(runGateway(['--master', 'mesos://local'], surroundings())).rejects.toMatchObject({
      code: 'SUBMIT_NOT_SUPPORTED',
    });
  });
});
