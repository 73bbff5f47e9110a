import { describe, expect, test } from 'vitest';
import { DriverPageWatch } from '../src/driver-page-watch.ts';

const application = { id: 'f-1', name: 'Pi', user: 'root', uiUrl: 'http://driver:4040/' };

/** Watches a page that gives these answers, one after the other, and ends with the last. */
async function watch(answers: readonly unknown[]): Promise<{ told: string[]; asked: Set<string> }> {
  const told: string[] = [];
  const asked = new Set<string>();
  let next = 0;
  await new Promise<void>((resolve) => {
    const watching = new DriverPageWatch({
      intervalMs: 0,
      tell: (text) => told.push(text),
      fetchJson: async (url) => {
        asked.add(url);
        const answer = answers[next];
        next += 1;
        if (next > answers.length) {
          watching.end(application);
          resolve();
        }
        if (answer instanceof Error) throw answer;
        return answer;
      },
    });
    watching.begin(application);
    watching.begin(application);
  });
  return { told, asked };
}

const executor = (id: string, completedTasks: number, failedTasks = 0) => ({
  id,
  completedTasks,
  failedTasks,
});

describe('the watch over a driver’s page', () => {
  test('tells of executors that register and of tasks as they are done', async () => {
    const { told, asked } = await watch([
      [executor('driver', 0)],
      [executor('driver', 0), executor('0', 1)],
      [executor('0', 1), executor('1', 4, 1)],
      [executor('0', 1), executor('1', 4, 1)],
    ]);
    expect(told).toEqual([
      'executor 0 has registered with its driver',
      '1 Spark task done so far',
      'executor 1 has registered with its driver',
      '5 Spark tasks done so far, 1 failed',
    ]);
    expect([...asked]).toEqual(['http://driver:4040/api/v1/applications/f-1/allexecutors']);
  });

  test('bears a page that is not there yet, or answers something else', async () => {
    const { told } = await watch([new Error('refused'), 'text', [null, 1, { id: 7 }], [executor('0', 2)]]);
    expect(told).toEqual(['executor 0 has registered with its driver', '2 Spark tasks done so far']);
  });

  test('asks no driver that has no page', () => {
    let asked = 0;
    const watching = new DriverPageWatch({ tell: () => {}, fetchJson: async () => (asked += 1) });
    watching.begin({ id: 'f-1', name: 'Pi', user: 'root' });
    expect(asked).toBe(0);
  });
});
