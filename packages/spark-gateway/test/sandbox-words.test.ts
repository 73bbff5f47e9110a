import { expect, test } from 'vitest';
import { ownWordsIn } from '../src/sandbox-words.ts';

test('the words of the executors’ script are found among those of others, the last of them', () => {
  const text = 'I1121 exec.cpp\nspark-mesos: first\nnot spark-mesos: this\nspark-mesos: second\nWARNING\n';
  expect(ownWordsIn(text)).toBe('second');
  expect(ownWordsIn('nothing of ours\n')).toBeUndefined();
});
