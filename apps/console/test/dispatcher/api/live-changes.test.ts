import { expect, it } from 'vitest';
import { LiveChanges } from '../../../src/dispatcher/api/live-changes.ts';

it('what is about one submission is told of its own events, and of those that may be about any', () => {
  const changes = new LiveChanges();
  const told: string[] = [];
  changes.listen('driver-1', () => told.push('one'));
  const end = changes.listen(undefined, () => told.push('all'));
  changes.note({ name: 'submission', data: '{"submission":{"id":"driver-1"}}' });
  changes.note({ name: 'submission', data: '{"submission":{"id":"driver-2"}}' });
  changes.note({ name: 'forgotten', data: '{"submissionId":"driver-2"}' });
  expect(told.splice(0)).toEqual(['one', 'all', 'all', 'all']);
  changes.note({ name: 'reset', data: '{}' });
  changes.note({ name: 'submission', data: 'junk' });
  expect(told.splice(0)).toEqual(['one', 'all', 'one', 'all']);
  end();
  changes.noteAll();
  expect(told).toEqual(['one']);
});
