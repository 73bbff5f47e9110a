import { describe, expect, it } from 'vitest';
import { joinPath, parseListing } from '../../../src/mesos/sandbox/file-listing.ts';
import { fixtureBytes } from '../../fixtures.ts';

describe('the listing of a sandbox', () => {
  it('shows what a real agent lists, logs first', () => {
    const listing = parseListing(JSON.parse(new TextDecoder().decode(fixtureBytes('uris-browse.json'))));
    expect(listing.map((entry) => entry.name)).toEqual([
      'stdout',
      'stderr',
      'hello.tar.gz',
      'hello.txt',
      'other.txt',
      'run.sh',
    ]);
    expect(listing[1]).toMatchObject({
      sizeBytes: 3027,
      modifiedMs: 1795247223000,
      mode: '-rw-r--r--',
      owner: 'root:root',
      isDirectory: false,
    });
  });

  it('puts directories before files and knows them by their mode', () => {
    const listing = parseListing([
      { path: '/s/a', mode: '-rw-r--r--' },
      { path: '/s/z', mode: 'drwxr-xr-x' },
      { path: '/s/stdout', mode: 'drwxr-xr-x' },
    ]);
    expect(listing.map((entry) => entry.name)).toEqual(['stdout', 'z', 'a']);
  });

  it('is empty when the answer is no list of files', () => {
    for (const answer of [null, {}, 'x', [1, {}, { path: '' }]]) expect(parseListing(answer)).toEqual([]);
  });
});

describe('paths below a sandbox', () => {
  it('stay below it', () => {
    expect(joinPath('/sandbox', '')).toBe('/sandbox');
    expect(joinPath('/sandbox/', 'a/b')).toBe('/sandbox/a/b');
    expect(joinPath('/sandbox', '../../etc/./passwd')).toBe('/sandbox/etc/passwd');
  });
});
