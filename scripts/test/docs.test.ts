import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCoded } from '../docs/coded-list.mjs';
import { checkCommands, splitCommands } from '../docs/command-check.mjs';
import { checkLinks } from '../docs/links.mjs';
import { anchorsOf, commandLines, slugOf, splitFences } from '../docs/markdown.mjs';
import { checkTables } from '../docs/tables.mjs';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'docs-'));
  await writeFile(join(root, 'package.json'), JSON.stringify({ scripts: { start: 'node start.mjs' } }));
  await writeFile(join(root, 'start.mjs'), "parseArgs({ options: { keep: { type: 'boolean' } } })");
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('anchors', () => {
  test.each([
    ['What runs where', 'what-runs-where'],
    ['`spark-mesos`, and more!', 'spark-mesos-and-more'],
    ['A [link](there.md) in it', 'a-link-in-it'],
    ['Größe & Maß', 'größe--maß'],
  ])('of %j is %j, as GitHub makes it', (heading, anchor) => {
    expect(slugOf(heading)).toBe(anchor);
  });

  test('of headings that are alike are numbered, and what is in a fence is no heading', () => {
    const { prose } = splitFences('# One\n\n```sh\n# Two\n```\n\n## One\n<a id="three"></a>\n');
    expect([...anchorsOf(prose)]).toEqual(['one', 'one-1', 'three']);
  });
});

describe('links', () => {
  test('that lead nowhere are named with file and line, those to other hosts are not followed', async () => {
    await mkdir(join(root, 'docs'));
    await writeFile(join(root, 'docs', 'there.md'), '');
    const text = [
      '[a](there.md#here) [b](https://example.com/x)',
      '[c](gone.md) `[d](code.md)`',
      '[e](there.md#gone)',
      '[f](../start.mjs) [g](../../outside)',
    ].join('\n');
    const pages = [
      { file: 'docs/page.md', text },
      { file: 'docs/there.md', text: '# Here' },
    ];
    const { count, problems } = checkLinks(root, pages);
    expect(count).toBe(5);
    expect(problems).toEqual([
      'docs/page.md:2: there is no docs/gone.md, to which "gone.md" leads',
      'docs/page.md:3: docs/there.md has no heading with the anchor #gone',
      'docs/page.md:4: there is no ../outside, to which "../../outside" leads',
    ]);
  });
});

describe('command lines', () => {
  const known = {
    flags: new Map([
      ['spark-mesos submit', new Set(['--master', '--progress', '--class'])],
      ['spark-mesos explain', new Set(['--json'])],
      ['spark-submit', new Set(['--master', '--class'])],
    ]),
    withValue: new Set(['--master', '--class']),
  };
  const problemsOf = (text: string) => checkCommands(root, [{ file: 'page.md', text }], known).problems;

  test('are read as a shell reads them', () => {
    expect(splitCommands(`A=1 npx spark-mesos submit 'a b' | sudo tee x # why`)).toEqual([
      ['spark-mesos', 'submit', 'a b'],
      ['tee', 'x'],
    ]);
  });

  test('of a console are what stands behind the prompt, and go on behind a backslash', () => {
    const { fences } = splitFences('```console\n$ spark-mesos \\\n  explain\nwaits --because\n```\n');
    expect(fences.flatMap(commandLines)).toEqual([{ line: 2, text: 'spark-mesos explain' }]);
  });

  test('with a flag or a command that there is not are named with file and line', () => {
    const text =
      '```sh\nspark-mesos submit --progres app.jar\n```\n\n`spark-mesos explian`, `spark-mesos explain --wide`';
    expect(problemsOf(text)).toEqual([
      'page.md:2: spark-mesos submit has no --progres',
      'page.md:5: there is no spark-mesos explian',
      'page.md:5: spark-mesos explain has no --wide',
    ]);
  });

  test('may have any flags behind the application, which are its own', () => {
    expect(problemsOf('`spark-mesos submit --master mesos://local --class A app.jar --wide 1`')).toEqual([]);
  });

  test('of scripts and files are held against what there is', () => {
    const text = '`npm start -- --keep` `npm start -- --kept` `pnpm gone` `node start.mjs` `node gone.mjs`';
    expect(problemsOf(text)).toEqual([
      'page.md:1: start.mjs knows no --kept',
      'page.md:1: package.json has no script "gone"',
      'page.md:1: there is no gone.mjs',
    ]);
  });
});

describe('tables', () => {
  test('whose rows have more cells than the head, by a bar in code too, are named', () => {
    const text = '| a | b |\n| --- | --- |\n| `x\\|y` | 1 |\n| `x|y` | 1 |\n\n| no table\n';
    expect(checkTables([{ file: 'page.md', text }])).toEqual({
      count: 4,
      problems: ['page.md:4: 3 cells, the head has 2'],
    });
  });
});

describe('lists of codes', () => {
  const read = async (body: string) => {
    await writeFile(join(root, 'errors.ts'), `export const CODES = [\n${body}\n] as const;\n`);
    return readCoded(root, 'errors.ts', 'CODES');
  };

  test('are read with meaning and remedy from the comments before them', async () => {
    expect(
      await read(
        "  /**\n   * It is gone,\n   * all of it.\n   * Remedy: Look\n   * for it.\n   */\n  'A_GONE',",
      ),
    ).toEqual([{ code: 'A_GONE', meaning: 'It is gone, all of it', remedy: 'Look for it' }]);
  });

  test('must have one before each', async () => {
    await expect(read("  /** It is gone. */\n  'A_GONE',\n  'A_LOST',")).rejects.toThrow('has no comment');
  });
});
