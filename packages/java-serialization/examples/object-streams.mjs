// What Java's ObjectOutputStream writes, without Java: the bytes are the same.
import { JavaSerializationError, readObjectStream, writeObjectStream } from '@spark-mesos/java-serialization';

const stream = writeObjectStream('hello');
console.log(Buffer.from(stream).toString('hex'));
console.log(readObjectStream(stream));

try {
  readObjectStream(stream.subarray(0, 9));
} catch (error) {
  if (!(error instanceof JavaSerializationError)) throw error;
  console.log(error.code); // what is cut off or made up is refused, never guessed
}
