import { expect, it } from 'vitest';
import { codecOf, encodeRecord, mesos, RecordIoDecoder } from '../src/index.ts';

it('does what the README shows', () => {
  const { Event } = mesos.v1.scheduler;
  const codec = codecOf('protobuf');
  const stream = encodeRecord(codec.encode(Event, { type: Event.Type.HEARTBEAT }));

  const decoder = new RecordIoDecoder({ maxRecordBytes: 1024 * 1024 });
  const names = decoder.push(stream).map((record) => Event.Type[codec.decode(Event, record).type]);
  decoder.end();
  expect(names).toEqual(['HEARTBEAT']);
});
