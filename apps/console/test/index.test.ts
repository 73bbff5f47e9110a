import { describe, expect, it } from 'vitest';
import { mesosConsoleRoot } from '../src/index.ts';

describe('the folder of the console', () => {
  it('is the built page, from the source as well as from the built module', () => {
    expect(mesosConsoleRoot).toMatch(/^\/.*\/console\/dist\/mesos$/);
  });
});
