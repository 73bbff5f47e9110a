import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MODULE = new URL('../../dist/small-memory.js', import.meta.url).href;

/** What a Node of its own says to it: flags are for the whole process. */
async function say(v8: string): Promise<string> {
  const program = `import { keepMemorySmall } from '${MODULE}'; keepMemorySmall(${v8}); console.log('done');`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    program,
  ]);
  return stdout + stderr;
}

test.each(['process.versions.v8', "'10.2.154'", "'99.0.1'"])(
  'flags for V8 %s are set without a word',
  async (v8) => {
    expect(await say(v8)).toBe('done\n');
  },
);
