import type { Logger } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { logEffect } from '../../src/shell/effect-log.ts';

describe('what is written down of declines', () => {
  test.each([
    ['CONSTRAINTS_UNMET', 'unmet constraints'],
    ['MAX_CORES_REACHED', 'reached spark.cores.max'],
    ['DOES_NOT_FIT', 'Offer was declined due to unmet task launch constraints.'],
  ] as const)('C30: %s is %j, as in the original', (reason, words) => {
    const lines: object[] = [];
    const write = (fields: object) => void lines.push(fields);
    const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
    logEffect(logger, { kind: 'decline', offerIds: [], reason, refuseSeconds: 120 });
    expect(lines).toEqual([{ offers: 0, reason, words, refuseSeconds: 120 }]);
  });
});
