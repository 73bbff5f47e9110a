import { expect, it } from 'vitest';
import { mesos } from '../src/index.ts';

it('encodes and decodes a scheduler call', () => {
  const call: mesos.v1.scheduler.ICall = {
    type: mesos.v1.scheduler.Call.Type.KILL,
    kill: { taskId: { value: 'a' } },
  };
  const bytes = mesos.v1.scheduler.Call.encode(call).finish();
  const back = mesos.v1.scheduler.Call.decode(bytes);
  expect(back.kill?.taskId.value).toBe('a');
  const range: mesos.v1.Value.IRange = { begin: 1, end: 2 };
  // @ts-expect-error a 64-bit field has no boolean
  range.begin = true;
});
