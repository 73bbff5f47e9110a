import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SPARK_COMMANDS } from '../src/command-line.ts';
import { helpText } from '../src/help.ts';
import { OWN_OPTION_HELP, ownOption } from '../src/own-options.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('every flag of ours', () => {
  test.each(OWN_OPTION_HELP)('%s is read, in the help and in the README', (flag) => {
    const [name = '', value] = flag.split(' ');
    const sample = value === 'PORT' ? '1' : 'warn';
    expect(ownOption({}, name, undefined, sample)).toBe(value === undefined ? 1 : 2);
    for (const command of SPARK_COMMANDS) expect(helpText(command)).toContain(flag);
    expect(readme).toContain(`\`${flag}\``);
  });
});
