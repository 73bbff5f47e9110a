import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/commands.ts';
import { runCompletion } from '../src/completion-command.ts';
import { COMPLETED_SHELLS, type CompletedShell } from '../src/completion-scripts.ts';

const DESCRIPTIONS = COMMANDS.map(({ description }) => description);

function script(shell: CompletedShell): string {
  let written = '';
  expect(
    runCompletion(DESCRIPTIONS, [shell], (text) => {
      written += text;
    }),
  ).toBe(0);
  return written;
}

/** What bash completes for these words, the last of which is being typed. */
function completed(...words: readonly string[]): readonly string[] {
  const asked = `${script('bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _spark_mesos; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync('bash', ['--norc', '-c', asked, 'bash', 'spark-mesos', ...words], {
    encoding: 'utf8',
    cwd: new URL('..', import.meta.url),
  });
  return text.split('\n').filter((line) => line !== '');
}

function has(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('bash', () => {
  test('completes commands', () => {
    expect(completed('s')).toEqual(['submit', 'shell', 'sql', 'status']);
    expect(completed('--v')).toEqual(['--version']);
  });

  test('completes the options of a command, those of Spark among them where it has one', () => {
    expect(completed('submit', '--dr')).toEqual(
      expect.arrayContaining(['--driver-log', '--driver-memory', '--driver-cores']),
    );
    expect(completed('list', '--')).toEqual(
      expect.arrayContaining(['--state', '--json', '--dispatcher', '--help']),
    );
    expect(completed('list', '--dr')).toEqual([]);
  });

  test('completes values that are known, files and directories, and nothing where nothing is known', () => {
    expect(completed('pyspark', '--log-level', 'd')).toEqual(['debug']);
    expect(completed('submit', '--deploy-mode', '')).toEqual(['client', 'cluster']);
    expect(completed('logs', '--file', 'std')).toEqual(['stdout', 'stderr']);
    expect(completed('submit', '--properties-file', 'READ')).toEqual(['README.md']);
    expect(completed('submit', '--spark-home', 'sr')).toEqual(['src']);
    expect(completed('submit', '--class', '')).toEqual([]);
    expect(completed('submit', 'READ')).toEqual(['README.md']);
    expect(completed('completion', '')).toEqual(expect.arrayContaining([...COMPLETED_SHELLS]));
    expect(completed('help', 'gate')).toEqual(['gateway']);
  });
});

describe.each(COMPLETED_SHELLS)('the script for %s', (shell) => {
  test('has every command with every flag', () => {
    const text = script(shell);
    for (const { name, flags } of DESCRIPTIONS) {
      expect(text).toContain(name);
      for (const flag of flags)
        expect(text).toContain(shell === 'fish' ? ` -l ${flag.name}` : `--${flag.name}`);
    }
  });

  test.runIf(has(shell))('is taken by the shell', () => {
    execFileSync(shell, ['-n'], { input: script(shell) });
  });
});

describe('scripts that no shell of this machine may read', () => {
  test('quote what zsh would take for its own', () => {
    const text = script('zsh');
    expect(text).toContain(
      "'*--log-level[log of spark-mesos itself\\: debug, info, warn, error, silent (default\\: warn; info with --verbose)]:value:(debug info warn error silent)'",
    );
    expect(text).toContain("'sql:start Spark'\\''s SQL shell (spark-sql)'");
    expect(text).toContain("'1:word:(bash zsh fish)'");
  });

  test('quote what fish would take for its own', () => {
    const text = script('fish');
    expect(text).toContain("-f -a sql -d 'start Spark\\'s SQL shell (spark-sql)'");
    expect(text).toContain("-n '__fish_seen_subcommand_from logs' -l file -x -a 'stdout stderr'");
  });
});
