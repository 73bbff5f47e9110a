import { describe, expect, test } from 'vitest';
import { ALLOWED } from './allowed.ts';
import { allowing, describeDifference, differences } from './compare.ts';
import { readRecording } from './recording.ts';
import { originalAnswers, ourAnswers } from './replay.ts';
import { SCENARIOS } from './scenarios.ts';

describe('what the original sent to a real Mesos', () => {
  const used = new Set<unknown>();

  for (const scenario of SCENARIOS) {
    const { rules, recording } = scenario;
    test(`${rules}: ${recording} is equal in meaning but for the listed differences`, async () => {
      const original = originalAnswers(readRecording(recording));
      const found = differences(recording, original, await ourAnswers(scenario));
      const unlisted = found.filter((difference) => {
        const entries = allowing(ALLOWED, difference);
        for (const entry of entries) used.add(entry);
        return entries.length === 0;
      });
      expect(unlisted.map(describeDifference)).toEqual([]);
    });
  }

  test('U92: the volume that made its tasks invalid is refused when the driver registers', async () => {
    const docker = SCENARIOS.find(({ recording }) => recording === 'docker');
    if (docker === undefined) throw new Error('there is no recording docker');
    const setting = 'spark.mesos.executor.docker.volumes';
    const properties = { ...docker.properties, [setting]: `/a,${docker.properties[setting]}` };
    await expect(ourAnswers({ ...docker, properties })).rejects.toThrow("Mesos refuses the volume '/a'");
  });

  test('every listed difference occurs', () => {
    const idle = ALLOWED.filter((entry) => !used.has(entry));
    expect(idle.map(({ rule, reason }) => `${rule}: ${reason}`)).toEqual([]);
  });
});
