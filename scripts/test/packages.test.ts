import { describe, expect, test } from 'vitest';
import { fileProblems, importProblems, manifestProblems } from '../packages/contents.mjs';
import { isAsShown, shownExamples } from '../packages/examples.mjs';
import { textProblems } from '../packages/readmes.mjs';

const workspace = { name: 'workspace', version: '0.0.0', license: 'Apache-2.0', engines: { node: '>=20' } };
const sound = {
  name: '@spark-mesos/example',
  version: '0.1.0',
  description: 'an example',
  keywords: ['example'],
  license: 'Apache-2.0',
  type: 'module',
  engines: { node: '>=20' },
  sideEffects: false,
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  dependencies: { zod: '^4.0.0' },
};
const files = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist/index.d.ts', 'dist/index.js', 'package.json'];

describe('a manifest', () => {
  test('is sound when it says all that users need', () => {
    expect(manifestProblems(sound, 'packages/example', workspace)).toEqual([]);
  });

  test('must not lead back into the workspace', () => {
    const dependencies = { zod: 'catalog:', '@spark-mesos/other': 'workspace:^' };
    expect(manifestProblems({ ...sound, dependencies }, 'packages/example', workspace)).toEqual([
      'it depends on zod as catalog:',
      'it depends on @spark-mesos/other as workspace:^',
    ]);
  });

  test('names the repository once the workspace has one, with its own folder', () => {
    const problems = manifestProblems(sound, 'packages/example', { ...workspace, repository: {} });
    expect(problems).toEqual(['its repository has not the directory packages/example']);
  });
});

describe('the files of a package', () => {
  test('are those that are exported, with licence, README and change log', () => {
    expect(fileProblems(sound, [...files, 'src/index.ts'])).toEqual([]);
    expect(fileProblems(sound, ['README.md', 'dist/index.js', 'package.json'])).toEqual([
      'CHANGELOG.md is missing',
      'LICENSE is missing',
      'dist/index.d.ts is missing',
    ]);
  });

  test('are neither tests nor what tools leave behind', () => {
    const unwanted = ['dist/.fingerprint', 'src/a.test.ts', 'test/b.ts', 'tsconfig.json'];
    expect(fileProblems(sound, [...files, 'src/index.ts', ...unwanted])).toEqual(
      unwanted.map((path) => `${path} is no part of it`),
    );
  });

  test('are built of sources that are still there', () => {
    const [problem] = fileProblems(sound, [...files, 'src/index.ts', 'dist/gone.d.ts', 'dist/gone.js']);
    expect(problem).toContain('dist/gone.d.ts');
  });

  test('are exported with types and a default, in this order', () => {
    const exports = { '.': { default: './dist/index.js', types: './dist/index.d.ts' } };
    expect(fileProblems({ ...sound, exports }, [...files, 'src/index.ts'])).toEqual([
      'its export . does not end with types and default',
    ]);
  });
});

describe('the imports of a package', () => {
  const problemsOf = (text: string, path = 'dist/index.js') => importProblems(sound, new Map([[path, text]]));

  test('are declared, its own, or of Node', () => {
    const text =
      "import { z } from 'zod';\nexport * from './a.js';\nimport 'node:fs';\nimport '@spark-mesos/example';";
    expect(problemsOf(text)).toEqual([]);
  });

  test('are found in every form, and not in strings or comments', () => {
    expect(problemsOf("import {\n  a,\n} from 'one';")).toEqual([
      'dist/index.js imports one, which it does not declare',
    ]);
    expect(problemsOf("const a = await import('@two/three/four');")).toEqual([
      'dist/index.js imports @two/three, which it does not declare',
    ]);
    expect(problemsOf(`// import 'five';\nconst text = \`changed from '\${was}'\`;`)).toEqual([]);
  });

  test('of types are let through where they are those of Node', () => {
    expect(problemsOf('/// <reference types="node" />', 'dist/index.d.ts')).toEqual([]);
  });

  test('do not reach into other packages', () => {
    expect(problemsOf("import 'zod/dist/inner.js';")).toEqual([
      'dist/index.js imports the inner file zod/dist/inner.js',
    ]);
  });
});

describe('an example', () => {
  test('is shown with its command and what it prints', () => {
    const readme = 'So:\n\n```sh\nnode examples/a.mjs\n```\n\n```text\none\ntwo\n```\n';
    expect(shownExamples(readme)).toEqual(new Map([['a.mjs', 'one\ntwo']]));
  });

  test('prints what is shown, but for what differs each time', () => {
    expect(isAsShown('at 127.0.0.1:4711 (ok)', 'at 127.0.0.1:… (ok)')).toBe(true);
    expect(isAsShown('at 127.0.0.1:\n4711 (ok)', 'at 127.0.0.1:… (ok)')).toBe(false);
    expect(isAsShown('axb', 'a.b')).toBe(false);
  });
});

test('a README has a name, a way to install it, a short example, and a table', () => {
  const readme =
    '# @spark-mesos/example\n\n```sh\nnpm install @spark-mesos/example\n```\n\n| a | b |\n| --- | --- |\n';
  expect(textProblems(readme, sound)).toEqual([]);
  const long = `\`\`\`ts\n${'line();\n'.repeat(16)}\`\`\`\n`;
  expect(textProblems(`# other\n\n${long}`, sound)).toEqual([
    'README.md is about other, not about @spark-mesos/example',
    'README.md does not say how it is installed',
    'README.md has no table of options',
    'README.md has an example of 16 lines, more than 15',
  ]);
});
