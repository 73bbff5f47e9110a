import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';

/** What an application bundler makes of a program, as text. */
async function bundle(program: string): Promise<string> {
  const entry = 'virtual:program';
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('..', import.meta.url)),
    resolve: { conditions: ['@spark-mesos/source'] },
    build: { write: false, minify: false, rollupOptions: { input: entry } },
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
        load: (id) => (id === `\0${entry}` ? program : undefined),
      },
    ],
  });
  const outputs = 'output' in result ? result.output : [];
  return outputs.map((output) => (output.type === 'chunk' ? output.code : '')).join('\n');
}

/** How many message classes of each API a bundle holds: each has its full name in it. */
function classesByApi(code: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [, name = ''] of code.matchAll(/name: "mesos\.v1\.([\w.]+)"/g)) {
    const api = /^([a-z]+)\./.exec(name)?.[1] ?? 'core';
    counts[api] = (counts[api] ?? 0) + 1;
  }
  return counts;
}

const OPERATOR_APIS = ['master', 'agent', 'executor', 'quota', 'maintenance'];
const show = 'globalThis.shown =';

describe('a bundle of a program', () => {
  it.each([
    [
      'names messages by namespace',
      `import { codecOf, mesos } from '@spark-mesos/mesos-proto';
       const { Call, Event } = mesos.v1.scheduler;
       ${show} [codecOf('json').encode(Call, {}), codecOf('protobuf').decode(Event, new Uint8Array())];`,
    ],
    [
      'imports them from a module of their own',
      `import { codecOf } from '@spark-mesos/mesos-proto';
       import { Call, Event } from '@spark-mesos/mesos-proto/scheduler';
       ${show} [codecOf('json').encode(Call, {}), codecOf('protobuf').decode(Event, new Uint8Array())];`,
    ],
  ])('that %s has those of the scheduler, and none of the other APIs', async (_, program) => {
    const counts = classesByApi(await bundle(program));
    expect(counts.scheduler).toBeGreaterThan(30);
    expect(counts.core).toBeGreaterThan(50);
    for (const api of OPERATOR_APIS) {
      expect(counts[api] ?? 0).toBe(0);
    }
  });

  it('that sends calls alone has no events, and so is smaller', async () => {
    const both = await bundle(
      `import { Call, Event } from '@spark-mesos/mesos-proto/scheduler'; ${show} [Call, Event];`,
    );
    const calls = await bundle(`import { Call } from '@spark-mesos/mesos-proto/scheduler'; ${show} Call;`);
    expect(calls).not.toContain('"mesos.v1.scheduler.Event"');
    expect(calls.length).toBeLessThan(both.length * 0.9);
  });

  it('that frames records alone has no message at all', async () => {
    const code = await bundle(
      `import { encodeRecord } from '@spark-mesos/mesos-proto'; ${show} encodeRecord(new Uint8Array());`,
    );
    expect(classesByApi(code)).toEqual({});
    expect(code.length).toBeLessThan(20_000);
  });

  it('holds all of them when asked for all', async () => {
    const counts = classesByApi(
      await bundle(`import { mesos } from '@spark-mesos/mesos-proto'; ${show} mesos;`),
    );
    for (const api of [...OPERATOR_APIS, 'scheduler', 'core']) {
      expect(counts[api] ?? 0).toBeGreaterThan(0);
    }
  });
});

it('has the same classes under both names', async () => {
  const { mesos } = await import('../src/index.ts');
  for (const api of ['scheduler', 'executor', 'master', 'agent'] as const) {
    const module = await import(`../src/generated/${api}.js`);
    expect(module.Call).toBe(mesos.v1[api].Call);
  }
  expect((await import('@spark-mesos/mesos-proto/v1')).Offer).toBe(mesos.v1.Offer);
});
