import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ShuffleError } from '@spark-mesos/external-shuffle';
import { describe, expect, test } from 'vitest';
import { blockFilePath } from '../src/blocks/block-file-names.ts';
import { blockManagerName, makeLocalDirectory, temporaryFolder } from './support/folders.ts';
import { executorInfo, openState } from './support/state.ts';

const SECRET = 'of somebody else';

/** A service with a victim's executor, an attacker's, and a file that is nobody's. */
async function scene() {
  const [root, outside] = [await temporaryFolder(), await temporaryFolder()];
  const state = await openState({ roots: [root] });
  const { registry, resolver } = state;
  const [victims, attackers] = [makeLocalDirectory(root, 1), makeLocalDirectory(root, 2)];
  await registry.registerExecutor('victim', '1', executorInfo(victims));
  await registry.registerExecutor('attacker', '1', executorInfo(attackers));
  const attacker = registry.executor('attacker', '1');
  const file = `${outside}/passwd`;
  writeFileSync(file, SECRET);
  const victimFile = blockFilePath(registry.executor('victim', '1'), 'rdd_1_1');
  mkdirSync(path.dirname(victimFile), { recursive: true });
  writeFileSync(victimFile, SECRET);
  /** The place of a file of the attacker's own; the directory that it lies in is made. */
  const place = (name: string) => {
    const target = blockFilePath(attacker, name);
    mkdirSync(path.dirname(target), { recursive: true });
    return target;
  };
  const untouched = () => {
    expect(readFileSync(file, 'utf8')).toBe(SECRET);
    expect(readFileSync(victimFile, 'utf8')).toBe(SECRET);
    expect(existsSync(victims)).toBe(true);
  };
  return {
    ...state,
    registry,
    resolver,
    root,
    outside,
    victims,
    attackers,
    attacker,
    file,
    victimFile,
    place,
    untouched,
  };
}

type Scene = Awaited<ReturnType<typeof scene>>;

describe('registering what is not one’s own, to have it served or deleted', () => {
  test.each<[string, (scene: Scene) => string]>([
    ['the root of the file system', () => '/'],
    ['a directory outside', ({ outside }) => outside],
    ['a root', ({ root }) => root],
    ['what is above a root', ({ root }) => path.dirname(root)],
    ['a way out with ..', ({ root, outside }) => `${root}/../${path.basename(outside)}`],
    ['a way out with .. that ends in the right name', ({ root }) => `${root}/x/../../${blockManagerName(9)}`],
    ['another application’s directory', ({ victims }) => victims],
    ['another application’s directory, written otherwise', ({ root }) => `${root}/./${blockManagerName(1)}`],
    ['a subdirectory of another’s', ({ victims }) => `${victims}/0c`],
    ['one within another’s', ({ victims }) => `${victims}/${blockManagerName(9)}`],
    ['a link to a directory outside', ({ root, outside }) => link(outside, `${root}/${blockManagerName(9)}`)],
    ['a link to another’s', ({ root, victims }) => link(victims, `${root}/${blockManagerName(9)}`)],
    [
      'one behind a link',
      ({ root, outside }) => {
        makeLocalDirectory(outside, 9);
        return `${link(outside, `${root}/inner`)}/${blockManagerName(9)}`;
      },
    ],
    ['a relative path', () => blockManagerName(9)],
    ['a name with a zero byte', ({ root }) => `${root}/${blockManagerName(9)}\0`],
  ])('S25: %s', async (_what, directoryOf) => {
    const attack = await scene();
    const { registry, cleaner, advance } = attack;
    const info = executorInfo(directoryOf(attack));
    await expect(registry.registerExecutor('attacker', '2', info)).rejects.toBeInstanceOf(ShuffleError);
    await registry.registerDriver('attacker', 1);
    advance(10);
    await cleaner.tick();
    attack.untouched();
  });

  test('S25: its own directory, replaced by a link after it was registered', async () => {
    const attack = await scene();
    const { registry, attackers, victims } = attack;
    rmSync(attackers, { recursive: true });
    symlinkSync(victims, attackers);
    await registry.removeApplication('attacker');
    await registry.catchUp();
    attack.untouched();
  });

  test('S25: its own directory, full of links', async () => {
    const attack = await scene();
    const { registry, attackers, victims, outside } = attack;
    symlinkSync(victims, `${attackers}/1f`);
    symlinkSync(outside, `${attackers}/0c/link`);
    await registry.removeApplication('attacker');
    await registry.catchUp();
    expect(existsSync(attackers)).toBe(false);
    attack.untouched();
  });
});

describe('reading what is not one’s own', () => {
  test.each<[string, (scene: Scene) => void]>([
    ['a link to a file outside', ({ file, place }) => symlinkSync(file, place('rdd_1_0'))],
    ['a link to another’s file', ({ victimFile, place }) => symlinkSync(victimFile, place('rdd_1_0'))],
    ['a second name of a file outside', ({ file, place }) => linkSync(file, place('rdd_1_0'))],
    [
      'a link in place of the subdirectory',
      ({ file, outside, place }) => {
        const subdirectory = path.dirname(place('rdd_1_0'));
        rmSync(subdirectory, { recursive: true });
        writeFileSync(`${outside}/rdd_1_0`, readFileSync(file));
        symlinkSync(outside, subdirectory);
      },
    ],
    [
      'a link in place of the local directory',
      ({ file, outside, place, attackers }) => {
        const target = place('rdd_1_0');
        rmSync(attackers, { recursive: true });
        const elsewhere = target.replace(attackers, outside);
        mkdirSync(path.dirname(elsewhere), { recursive: true });
        writeFileSync(elsewhere, readFileSync(file));
        symlinkSync(outside, attackers);
      },
    ],
    ['a directory', ({ place }) => mkdirSync(place('rdd_1_0'))],
    ['a pipe that nobody writes into', ({ place }) => execFileSync('mkfifo', [place('rdd_1_0')])],
    ['a link to a device', ({ place }) => symlinkSync('/dev/zero', place('rdd_1_0'))],
    ['a link to itself', ({ place }) => symlinkSync(place('rdd_1_0'), place('rdd_1_0'))],
  ])('S12: %s is not opened', async (_what, prepare) => {
    const attack = await scene();
    const { resolver, attacker } = attack;
    prepare(attack);
    expect(() => resolver.open(resolver.rddBlock(attacker, 1, 0).file)).toThrow(ShuffleError);
    expect(resolver.counters().filesRefusedTotal).toBe(1);
    attack.untouched();
  });

  test('S12: a link that is put there after the block was found', async () => {
    const attack = await scene();
    const { resolver, attacker, place, file } = attack;
    writeFileSync(place('rdd_1_0'), 'mine');
    const segment = resolver.rddBlock(attacker, 1, 0);
    rmSync(place('rdd_1_0'));
    symlinkSync(file, place('rdd_1_0'));
    expect(() => resolver.open(segment.file)).toThrowError(
      expect.objectContaining({ code: 'SHUFFLE_FILE_REFUSED' }),
    );
  });

  test('S12: an index that is a link', async () => {
    const { resolver, attacker, place, outside } = await scene();
    const index = Buffer.alloc(16);
    index.writeUInt8(16, 15);
    writeFileSync(`${outside}/index`, index);
    symlinkSync(`${outside}/index`, place('shuffle_0_0_0.index'));
    expect(() => resolver.mapOutput(attacker, 0, 0)).toThrowError(
      expect.objectContaining({ code: 'SHUFFLE_FILE_REFUSED' }),
    );
  });

  test('S12: a data file that is a link', async () => {
    const { resolver, attacker, place, file } = await scene();
    const index = Buffer.alloc(16);
    index.writeUInt8(SECRET.length, 15);
    writeFileSync(place('shuffle_0_0_0.index'), index);
    symlinkSync(file, place('shuffle_0_0_0.data'));
    const { file: data } = resolver.shuffleBlock(attacker, 0, 0, 0);
    expect(() => resolver.open(data)).toThrowError(expect.objectContaining({ code: 'SHUFFLE_FILE_REFUSED' }));
  });

  test('S12: a checksum file that is a link', async () => {
    const { resolver, attacker, place, file } = await scene();
    symlinkSync(file, place('shuffle_0_0_0.checksum.ADLER32'));
    expect(await resolver.diagnoseCorruption(attacker, 0, 0, 0, 1n, 'ADLER32')).toBe('UNKNOWN_ISSUE');
  });
});

describe('deleting what is not one’s own', () => {
  test.each<[string, (scene: Scene) => string]>([
    ['a way out', ({ outside }) => `../../../${path.basename(outside)}/passwd`],
    ['an absolute path', ({ file }) => file],
    ['another’s block by its path', ({ victims }) => `../../${path.basename(victims)}/0c/shuffle_9_9_0.data`],
    ['a name with a way out in it', () => 'shuffle_0_../../../../passwd_0.data'],
    ['a zero byte', () => 'rdd_1_0\0'],
    ['nothing', () => ''],
    ['the directory', () => '.'],
    ['the one above', () => '..'],
  ])('S12: %s', async (_what, nameOf) => {
    const attack = await scene();
    const { resolver, attacker } = attack;
    expect(await resolver.removeBlocks(attacker, [nameOf(attack)])).toBe(0);
    expect(resolver.counters().filesRefusedTotal).toBe(1);
    attack.untouched();
  });

  test('S12: a link is deleted, what it leads to is not', async () => {
    const attack = await scene();
    const { resolver, attacker, place, file } = attack;
    symlinkSync(file, place('rdd_1_0'));
    expect(await resolver.removeBlocks(attacker, ['rdd_1_0'])).toBe(1);
    attack.untouched();
  });

  test('S12: a file behind a subdirectory that is a link', async () => {
    const attack = await scene();
    const { resolver, attacker, place, outside } = attack;
    const subdirectory = path.dirname(place('rdd_1_0'));
    rmSync(subdirectory, { recursive: true });
    writeFileSync(`${outside}/rdd_1_0`, SECRET);
    symlinkSync(outside, subdirectory);
    expect(await resolver.removeBlocks(attacker, ['rdd_1_0'])).toBe(0);
    expect(existsSync(`${outside}/rdd_1_0`)).toBe(true);
    expect(resolver.counters().filesRefusedTotal).toBe(1);
    attack.untouched();
  });
});

function link(target: string, name: string): string {
  symlinkSync(target, name);
  return name;
}
