// What it costs that command tasks end as they are told, and are not killed.

import { step } from '../../scripts/support/progress.mjs';
import { alternate, row } from '../harness.mjs';
import { SimulatedApplication } from './simulated.mjs';

/** Their script needs bash, which takes longer to start than `sleep`. */
const LINES_GOAL = 0.7;

/** @param {string} master @param {boolean} quick @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measureSlotEnds(master, quick) {
  const rows = [];
  for (const taskMs of quick ? [0] : [0, 50]) {
    /** @param {boolean} lines */
    const rate = async (lines) => {
      const application = new SimulatedApplication({ master, settings: { exact: true }, lines });
      const { tasksPerSecond } = await application.run(quick ? 40 : 100, taskMs);
      await application.close();
      return tasksPerSecond;
    };
    const { ours, peer } = await step(`Ends of command tasks: after ${taskMs} ms`, () =>
      alternate({ rounds: quick ? 1 : 3, ours: () => rate(true), peer: () => rate(false) }),
    );
    const scenario = `exact, command tasks that end by themselves after ${taskMs} ms; peer: that are killed`;
    rows.push(row({ scenario, unit: 'tasks/s', ours, peer, better: 'more', goal: LINES_GOAL }));
  }
  return rows;
}
