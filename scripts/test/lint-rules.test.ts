import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../support/workspace.mjs';

/** A file with one fault, and the rule that has to find it. */
interface Plant {
  readonly file: string;
  readonly text: string;
  readonly rule: string;
}

const PLANTS: readonly Plant[] = [
  {
    file: 'packages/scheduler-utils/src/own-layer.ts',
    text: "import { SchedulerClient } from '@spark-mesos/mesos-client';\nexport const held = SchedulerClient;\n",
    rule: 'lint/style/noRestrictedImports',
  },
  {
    file: 'packages/spark-rpc/src/upwards.ts',
    text: "export { SparkGateway } from '@spark-mesos/spark-gateway';\n",
    rule: 'lint/style/noRestrictedImports',
  },
  {
    file: 'packages/coarse-backend/src/type-upwards.ts',
    text: "import type { LocalCluster } from '@spark-mesos/mesos-local/testing';\nexport type Held = LocalCluster;\n",
    rule: 'lint/style/noRestrictedImports',
  },
  {
    file: 'packages/spark-gateway/src/later-import.ts',
    text: "export const load = () => import('@spark-mesos/mesos-local');\n",
    rule: 'lint/style/noRestrictedImports',
  },
  {
    file: 'packages/mesos-client/src/around.ts',
    text: "import { encodeRecord } from '../../mesos-proto/src/index.ts';\nexport const held = encodeRecord;\n",
    rule: 'lint/style/noRestrictedImports',
  },
  {
    file: 'packages/mesos-local/src/of-an-app.ts',
    text: "import { main } from 'spark-mesos';\nexport const held = main;\n",
    rule: 'lint/style/noRestrictedImports',
  },
  {
    file: 'apps/submit/src/of-another-app.ts',
    text: "import { main } from '@spark-mesos/dispatcher';\nexport const held = main;\n",
    rule: 'lint/style/noRestrictedImports',
  },
  {
    file: 'packages/spark-network/test/upwards.test.ts',
    text: "import { MasterEndpoint } from '@spark-mesos/spark-rpc';\nexport const held = MasterEndpoint;\n",
    rule: 'lint/style/noRestrictedImports',
  },
  {
    file: 'packages/mesos-proto/src/floating.ts',
    text: 'async function later(): Promise<number> {\n  return 1;\n}\nexport function run(): void {\n  later();\n}\n',
    rule: 'lint/nursery/noFloatingPromises',
  },
  {
    file: 'packages/mesos-proto/src/misused.ts',
    text: 'export async function later(): Promise<boolean> {\n  return true;\n}\nexport function run(): number {\n  if (later()) return 1;\n  return 2;\n}\n',
    rule: 'lint/nursery/noMisusedPromises',
  },
  {
    file: 'packages/mesos-proto/src/cycle-a.ts',
    text: "import { b } from './cycle-b.ts';\nexport const a = () => b;\n",
    rule: 'lint/suspicious/noImportCycles',
  },
  {
    file: 'packages/mesos-proto/src/cycle-b.ts',
    text: "import { a } from './cycle-a.ts';\nexport const b = () => a;\n",
    rule: 'lint/suspicious/noImportCycles',
  },
  {
    file: 'packages/mesos-proto/src/unused.ts',
    text: 'const nobody = 1;\nexport const somebody = 2;\n',
    rule: 'lint/correctness/noUnusedVariables',
  },
  {
    file: 'packages/mesos-proto/src/anything.ts',
    text: 'export const held: any = 1;\n',
    rule: 'lint/suspicious/noExplicitAny',
  },
  {
    file: 'packages/mesos-proto/src/default-export.ts',
    text: 'export default 1;\n',
    rule: 'lint/style/noDefaultExport',
  },
  {
    file: 'packages/mesos-proto/src/notKebab.ts',
    text: 'export const held = 1;\n',
    rule: 'lint/style/useFilenamingConvention',
  },
  {
    file: 'packages/mesos-proto/src/talks.ts',
    text: "console.log('a library prints nothing');\n",
    rule: 'lint/suspicious/noConsole',
  },
  {
    file: 'packages/mesos-proto/src/undeclared.ts',
    text: "import express from 'express';\nexport const held = express;\n",
    rule: 'lint/correctness/noUndeclaredDependencies',
  },
];

/** What the layers permit, so that the rule is not one that forbids everything. */
const PERMITTED: readonly Omit<Plant, 'rule'>[] = [
  {
    file: 'packages/spark-gateway/src/downwards.ts',
    text: "export { CoarseBackend } from '@spark-mesos/coarse-backend';\n",
  },
  {
    file: 'packages/spark-gateway/src/testing-downwards.ts',
    text: "export { FakeMaster } from '@spark-mesos/mesos-client/testing';\n",
  },
  {
    file: 'packages/spark-gateway/test/embedded.test.ts',
    text: "export { LocalCluster } from '@spark-mesos/mesos-local';\nexport * from '../src/downwards.ts';\n",
  },
];

let folder: string;
let found: ReadonlyMap<string, readonly string[]>;

interface BiomeReport {
  readonly diagnostics: readonly { category: string; location: { path: string | { file: string } } }[];
}

async function lint(): Promise<ReadonlyMap<string, readonly string[]>> {
  const program = join(ROOT, 'node_modules', '.bin', 'biome');
  const options = ['--reporter=json', '--vcs-enabled=false', '--max-diagnostics=none'];
  // Its exit status is 1 whenever there are findings, as there are here.
  const { stdout } = await promisify(execFile)(program, ['lint', ...options, '.'], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  const byFile = new Map<string, string[]>();
  for (const { category, location } of (JSON.parse(stdout) as BiomeReport).diagnostics) {
    const file = typeof location.path === 'string' ? location.path : location.path.file;
    byFile.set(file, [...(byFile.get(file) ?? []), category]);
  }
  return byFile;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lint-rules-'));
  for (const name of ['biome.json', 'biome.layers.json', 'package.json']) {
    await cp(join(ROOT, name), join(folder, name));
  }
  for (const { file, text } of [...PLANTS, ...PERMITTED]) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  for (const name of ['packages/mesos-proto', 'packages/spark-gateway']) {
    await cp(join(ROOT, name, 'package.json'), join(folder, name, 'package.json'));
  }
  found = await lint();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test.each(PLANTS)('finds $rule in $file', ({ file, rule }) => {
  expect(found.get(file) ?? []).toContain(rule);
});

test.each(PERMITTED)('finds no forbidden import in $file', ({ file }) => {
  expect(found.get(file) ?? []).not.toContain('lint/style/noRestrictedImports');
});
