// An event as a Mesos master sends it: encoded, framed as RecordIO, and read again from pieces of any size.
import { codecOf, encodeRecord, mesos, RecordIoDecoder } from '@spark-mesos/mesos-proto';

const { Event } = mesos.v1.scheduler;
for (const contentType of ['protobuf', 'json']) {
  const codec = codecOf(contentType);
  const stream = encodeRecord(codec.encode(Event, { type: Event.Type.HEARTBEAT }));
  const decoder = new RecordIoDecoder({ maxRecordBytes: 1024 });
  for (const byte of stream) {
    for (const record of decoder.push(Uint8Array.of(byte))) {
      const { type } = codec.decode(Event, record);
      console.log(`${contentType}: ${stream.length} bytes, ${Event.Type[type]}`);
    }
  }
  decoder.end();
}
