import {
  closeSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {
  type BlockSegment,
  parseBlockIds,
  type RegisteredExecutor,
  ShuffleError,
} from '@spark-mesos/external-shuffle';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockFilePath } from '../src/blocks/block-file-names.ts';
import { blockManagerName, makeLocalDirectory, temporaryFolder } from './support/folders.ts';
import { executorInfo, openState, type StateUnderTest } from './support/state.ts';

const CANARY = 'CANARY';

/** All that a client can say and all that an executor can do in its own directory. */
const action = fc.oneof(
  fc.record({
    kind: fc.constant('register' as const),
    executorId: fc.constantFrom('1', '2', '', '../1', 'a/b'),
    directories: fc.array(directoryText(), { maxLength: 3 }),
    subDirsPerLocalDir: fc.constantFrom(64, 1, 0, -1, 2 ** 31),
  }),
  fc.record({
    kind: fc.constant('plant' as const),
    name: blockName(),
    what: fc.constantFrom('link', 'hard', 'directory', 'victim', 'file'),
  }),
  fc.record({
    kind: fc.constant('swap' as const),
    level: fc.constantFrom('subdirectory', 'directory'),
    name: blockName(),
  }),
  fc.record({ kind: fc.constant('read' as const), ids: fc.array(blockId(), { minLength: 1, maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('remove' as const),
    names: fc.array(fc.oneof(blockName(), hostileText()), { maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('end' as const) }),
);

type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

function hostileText() {
  const part = fc.constantFrom(
    '..',
    '.',
    '',
    '/',
    'passwd',
    'ROOT',
    'OUTSIDE',
    '\0',
    'rdd_1_0',
    blockManagerName(1),
    blockManagerName(2),
    blockManagerName(3),
    '0c',
    '%2e%2e',
    'link',
  );
  return fc.oneof(
    fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/')),
    fc.string({ unit: 'binary' }),
  );
}

function directoryText() {
  const number = fc.integer({ min: 1, max: 4 }).map(blockManagerName);
  return fc.oneof(
    hostileText(),
    number.map((name) => `ROOT/${name}`),
    number.map((name) => `OUTSIDE/${name}`),
    number.map((name) => `ROOT/link/${name}`),
    number.map((name) => `ROOT/${blockManagerName(1)}/${name}`),
  );
}

function blockName() {
  return fc.constantFrom(
    'rdd_1_0',
    'rdd_1_1',
    'shuffle_0_0_0.data',
    'shuffle_0_0_0.index',
    'shuffle_0_0_0.checksum.ADLER32',
  );
}

function blockId() {
  return fc.oneof(fc.constantFrom('rdd_1_0', 'rdd_1_1', 'shuffle_0_0_0', 'shuffle_0_0_1'), hostileText());
}

/** A service, a victim's files with canaries, and the same outside of all roots. */
class Scene {
  readonly root: string;
  readonly outside: string;
  readonly state: StateUnderTest;

  constructor(root: string, outside: string, state: StateUnderTest) {
    this.root = root;
    this.outside = outside;
    this.state = state;
  }

  static async make(): Promise<Scene> {
    const [root, outside] = [await temporaryFolder(), await temporaryFolder()];
    const scene = new Scene(root, outside, await openState({ roots: [root] }));
    const { registry } = scene.state;
    await registry.registerExecutor('victim', '1', executorInfo(makeLocalDirectory(root, 1)));
    await registry.registerExecutor('attacker', '0', executorInfo(makeLocalDirectory(root, 2)));
    for (const directory of [
      `${root}/${blockManagerName(1)}`,
      `${outside}/${blockManagerName(3)}`,
      outside,
    ]) {
      for (const name of ['rdd_1_0', 'rdd_1_1', 'shuffle_0_0_0.data', 'shuffle_0_0_0.index']) {
        const file = blockFilePath({ localDirs: [directory], subDirsPerLocalDir: 64 }, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, CANARY);
      }
    }
    writeFileSync(`${outside}/passwd`, CANARY);
    symlinkSync(outside, `${root}/link`);
    return scene;
  }

  /** Every file that is not the attacker's, with what is in it. */
  snapshot(): readonly string[] {
    return [`${this.root}/${blockManagerName(1)}`, this.outside].flatMap((top) =>
      readdirSync(top, { recursive: true, encoding: 'utf8' })
        .sort()
        .map((name) => {
          const file = path.join(top, name);
          return statSync(file).isFile() ? `${file}=${readFileSync(file, 'utf8')}` : file;
        }),
    );
  }

  text(pattern: string): string {
    return pattern.replaceAll('ROOT', this.root).replaceAll('OUTSIDE', this.outside);
  }

  executors(): readonly RegisteredExecutor[] {
    return ['0', '1', '2', '../1', 'a/b'].flatMap((id) => {
      try {
        return [this.state.registry.executor('attacker', id)];
      } catch {
        return [];
      }
    });
  }

  async carryOut(step: Action): Promise<void> {
    try {
      await this.#carryOut(step);
    } catch (error) {
      expect(error).toBeInstanceOf(ShuffleError);
    }
  }

  async #carryOut(step: Action): Promise<void> {
    const { registry, resolver } = this.state;
    switch (step.kind) {
      case 'register': {
        const { executorId, directories, subDirsPerLocalDir } = step;
        const info = { ...executorInfo(...directories.map((text) => this.text(text))), subDirsPerLocalDir };
        return registry.registerExecutor('attacker', executorId, info);
      }
      case 'plant':
        return this.#plant(step.name, step.what);
      case 'swap':
        return this.#swap(step.name, step.level);
      case 'read':
        for (const executor of this.executors())
          for (const id of step.ids) this.#read(executor, this.text(id));
        return;
      case 'remove':
        for (const executor of this.executors()) {
          await resolver.removeBlocks(
            executor,
            step.names.map((name) => this.text(name)),
          );
        }
        return;
      case 'end':
        await registry.removeApplication('attacker');
        await registry.catchUp();
        await registry.registerDriver('attacker', 1000);
    }
  }

  #own(name: string): string {
    return blockFilePath(
      { localDirs: [`${this.root}/${blockManagerName(2)}`], subDirsPerLocalDir: 64 },
      name,
    );
  }

  #plant(name: string, what: string): void {
    asTheAttacker(() => {
      const place = this.#own(name);
      this.#makeReal(path.dirname(place));
      rmSync(place, { recursive: true, force: true });
      if (what === 'link') symlinkSync(`${this.outside}/passwd`, place);
      else if (what === 'hard') linkSync(`${this.outside}/passwd`, place);
      else if (what === 'directory') mkdirSync(place);
      else if (what === 'victim') symlinkSync(place.replace(blockManagerName(2), blockManagerName(1)), place);
      else writeFileSync(place, Buffer.alloc(16));
    });
  }

  #swap(name: string, level: string): void {
    asTheAttacker(() => {
      const subdirectory = path.dirname(this.#own(name));
      const swapped = level === 'directory' ? path.dirname(subdirectory) : subdirectory;
      const target = level === 'directory' ? this.outside : `${this.outside}/${path.basename(subdirectory)}`;
      this.#makeReal(path.dirname(swapped));
      rmSync(swapped, { recursive: true, force: true });
      symlinkSync(target, swapped);
    });
  }

  /** The attacker may link to what is not its own, but has no right to change it. */
  #makeReal(directory: string): void {
    const parent = path.dirname(directory);
    if (directory !== this.root && parent !== this.root) this.#makeReal(parent);
    if (lstatSync(directory, { throwIfNoEntry: false })?.isSymbolicLink()) throw new Error('a link');
    mkdirSync(directory, { recursive: true });
  }

  #read(executor: RegisteredExecutor, id: string): void {
    const { resolver } = this.state;
    let segment: BlockSegment;
    let descriptor: number;
    try {
      const ids = parseBlockIds([id]);
      if (ids.kind === 'rdd') {
        const [rdd = 0, split = 0] = ids.rddAndSplitIds;
        segment = resolver.rddBlock(executor, rdd, split);
      } else {
        const [map = 0, reduce = 0] = ids.mapAndReduceIds;
        segment = resolver.shuffleBlock(executor, ids.shuffleId, map, reduce);
      }
      descriptor = resolver.open(segment.file);
    } catch (error) {
      expect(error).toBeInstanceOf(ShuffleError);
      return;
    }
    const content = Buffer.alloc(Math.min(fstatSync(descriptor).size, 100));
    readSync(descriptor, content, 0, content.length, 0);
    closeSync(descriptor);
    expect(content.toString()).not.toContain(CANARY);
  }
}

/** What the attacker does to its own files may fail: it may have no directory any more, or one that is a link. */
function asTheAttacker(work: () => void): void {
  try {
    work();
  } catch {
    // Its own affair.
  }
}

test('S25: whatever ids, directories and links a client comes with, only its own files are read and deleted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 12 }), async (steps) => {
      const scene = await Scene.make();
      const before = scene.snapshot();
      for (const step of steps) await scene.carryOut(step);
      await scene.carryOut({ kind: 'end' });
      expect(scene.snapshot()).toEqual(before);
      expect(scene.state.registry.executor('victim', '1').executorId).toBe('1');
    }),
    { numRuns: 300 },
  );
});
