import { describe, expect, it } from 'vitest';
import {
  type JavaObject,
  readObjectStream,
  readObjectStreamContents,
  unbox,
  writeObjectStream,
  writeObjectStreamContents,
} from '../src/index.ts';
import { codeOf } from './errors.ts';
import { JAVA_STREAMS, javaStream, SPARK_STREAMS, sparkStream } from './fixtures.ts';

/** `failure` ends in the sender's own exception, `contents` in its middle forgets its handles. */
const SINGLE_VALUES = JAVA_STREAMS.filter((name) => name !== 'failure' && name !== 'contents');

describe('streams of real Sparks', () => {
  it('are there for four versions', () => {
    expect(new Set(SPARK_STREAMS.map((name) => name.split('/')[0]))).toEqual(
      new Set(['2.4.8', '3.5.6', '4.1.0', '4.3.0']),
    );
    expect(SPARK_STREAMS.length).toBeGreaterThan(70);
  });

  it.each(SPARK_STREAMS)('%s comes back byte for byte', (name) => {
    const bytes = sparkStream(name);
    const value = readObjectStream(bytes, { keepStringIdentity: true });
    expect(Buffer.from(writeObjectStream(value))).toEqual(Buffer.from(bytes));
  });

  it.each(SPARK_STREAMS)('%s means the same when equal strings are shared', (name) => {
    const value = readObjectStream(sparkStream(name));
    expect(readObjectStream(writeObjectStream(value))).toEqual(value);
  });

  it('says what an application wants', () => {
    const message = readObjectStream(sparkStream('4.3.0/RegisterApplication')) as JavaObject;
    expect(message.className).toBe('org.apache.spark.deploy.DeployMessages$RegisterApplication');
    const application = message.field('appDescription') as JavaObject;
    const command = application.field('command') as JavaObject;
    expect(command.field('mainClass')).toBe('org.apache.spark.executor.CoarseGrainedExecutorBackend');
    const driver = message.field('driver') as JavaObject;
    const address = driver.field('endpointAddress') as JavaObject;
    // A field that any object of JavaScript seems to have.
    expect(address.field('toString')).toMatch(/^spark:\/\/AppClient@127\.0\.0\.1:\d+$/);
    expect((address.field('rpcAddress') as JavaObject).field('host')).toBe('127.0.0.1');
  });

  it('joins the pieces in which Java cuts long binary data', () => {
    const message = readObjectStream(sparkStream('3.5.6/LaunchTask')) as JavaObject;
    const [data, ...more] = (message.field('data') as JavaObject).annotations();
    expect(more).toEqual([]);
    if (data?.kind !== 'block') throw new Error('a block was expected');
    expect(Buffer.from(data.bytes).readInt32BE(0)).toBe(data.bytes.length - 4);
  });

  it('answers a question with a boxed boolean', () => {
    expect(unbox(readObjectStream(sparkStream('2.4.8/reply-to-CheckExistence')))).toBe(true);
  });
});

describe('streams of ObjectOutputStream', () => {
  it.each(SINGLE_VALUES)('%s comes back byte for byte', (name) => {
    const bytes = javaStream(name);
    const value = readObjectStream(bytes, { keepStringIdentity: true });
    expect(Buffer.from(writeObjectStream(value))).toEqual(Buffer.from(bytes));
  });

  it('may hold several values and blocks, and forget its handles in between', () => {
    const contents = readObjectStreamContents(javaStream('contents'));
    expect(contents.map(({ kind }) => kind)).toEqual(['block', 'value', 'value', 'value', 'block']);
    const [seven, first, second, third] = contents.map((content) =>
      content.kind === 'block' ? content.bytes : content.value,
    );
    expect(seven).toEqual(new Uint8Array([0, 0, 0, 7]));
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(third).toEqual(first);
    expect(readObjectStreamContents(writeObjectStreamContents(contents))).toEqual(contents);
  });

  it.each(['exception', 'classes', 'boxes', 'proxy'])(
    '%s is refused with a code at whatever byte it is cut',
    (name) => {
      const bytes = javaStream(name);
      for (let length = 0; length < bytes.length; length += 1) {
        expect(codeOf(() => readObjectStream(bytes.subarray(0, length)))).toBe('JAVA_TRUNCATED');
      }
    },
  );

  it.each(SPARK_STREAMS)('%s is refused with a code wherever it is cut', (name) => {
    const bytes = sparkStream(name);
    const step = Math.max(1, Math.floor(bytes.length / 60));
    for (let length = 0; length < bytes.length; length += step) {
      expect(codeOf(() => readObjectStream(bytes.subarray(0, length)))).toBe('JAVA_TRUNCATED');
    }
  });
});
