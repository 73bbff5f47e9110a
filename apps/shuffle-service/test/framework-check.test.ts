import { describe, expect, test } from 'vitest';
import { type AskedMaster, MasterFrameworkCheck } from '../src/framework-check.ts';

const NOW_SECONDS = 1_000_000;

/** A master that has these frameworks, and leads since then. */
function master(frameworks: Record<string, string[]>, ledSeconds = 3600) {
  const infos = (ids: string[] = []) => ids.map((value) => ({ user: '', name: '', id: { value } }));
  const framed = (ids: string[] | undefined) =>
    infos(ids).map((frameworkInfo) => ({ frameworkInfo, active: true, connected: true, recovered: false }));
  let asked = 0;
  const fake: AskedMaster = {
    getFrameworks: async () => {
      asked += 1;
      if (frameworks.failing !== undefined) throw new Error('nobody answers');
      const { active, completed, recovered } = frameworks;
      return {
        frameworks: framed(active),
        completedFrameworks: framed(completed),
        recoveredFrameworks: infos(recovered),
      };
    },
    getMaster: async () => ({ electedTime: NOW_SECONDS - ledSeconds }),
  };
  return { check: new MasterFrameworkCheck(fake, () => NOW_SECONDS * 1000), asked: () => asked };
}

describe('S28: what the master says of a framework', () => {
  test.each([
    ['it has it', { active: ['f-1'] }, 'running'],
    ['it has ended', { active: ['f-2'], completed: ['f-1'] }, 'ended'],
    ['agents have told of it, and its scheduler is not back yet', { recovered: ['f-1'] }, 'running'],
    ['it has forgotten it', { active: ['f-2'] }, 'ended'],
  ])('%s', async (_, frameworks, state) => {
    expect(await master(frameworks).check.stateOf('f-1')).toBe(state);
  });

  test('counts for nothing while the master does not know all frameworks yet', async () => {
    await expect(master({}, 599).check.stateOf('f-1')).rejects.toThrow(/leads for 599 s only/);
    expect(await master({}, 600).check.stateOf('f-1')).toBe('ended');
    expect(await master({ completed: ['f-1'] }, 1).check.stateOf('f-1')).toBe('ended');
  });

  test('is asked for once for applications that fall silent together, and again after a failure', async () => {
    const { check, asked } = master({ active: ['f-1'] });
    await Promise.all([check.stateOf('f-1'), check.stateOf('f-2')]);
    expect(asked()).toBe(1);
    const failing = master({ failing: [] });
    await expect(failing.check.stateOf('f-1')).rejects.toThrow('nobody answers');
  });
});
