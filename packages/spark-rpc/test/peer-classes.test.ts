import {
  JavaArray,
  type JavaClassDescriptor,
  JavaObject,
  type JavaValue,
  jdkClasses,
} from '@spark-mesos/java-serialization';
import { describe, expect, it } from 'vitest';
import { SparkRpcError } from '../src/errors.ts';
import { PeerClasses } from '../src/peer-classes.ts';
import { recordedClasses, sparkClasses } from './classes.ts';
import { messageFixture, streamFixture } from './support.ts';

const ADDED = 'org.apache.spark.deploy.DeployMessages$ExecutorAdded';
const REFERENCE = 'org.apache.spark.rpc.netty.NettyRpcEndpointRef';

describe('PeerClasses', () => {
  it('takes a class as the peer sent it, whatever the class path says', () => {
    const classes = new PeerClasses(sparkClasses('2.4.8'));
    const own = classes.descriptor(REFERENCE);
    classes.learn(messageFixture('frames/4.3.0/in-RegisterApplication.bin'));
    expect(classes.descriptor(REFERENCE)).not.toBe(own);
    expect(classes.descriptor(REFERENCE).serialVersionUid).toBe(
      recordedClasses('4.3.0').descriptor(REFERENCE).serialVersionUid,
    );
  });

  it('writes None as the peer did', () => {
    const classes = new PeerClasses(sparkClasses('3.5.6'));
    expect(classes.hasReadResolve('scala.None$')).toBe(true);
    classes.learn(messageFixture('frames/4.3.0/in-RegisterApplication.bin'));
    expect(classes.hasReadResolve('scala.None$')).toBe(false);

    const older = new PeerClasses(sparkClasses('4.3.0'));
    older.learn(messageFixture('frames/3.5.6/in-RegisterApplication.bin'));
    expect(older.hasReadResolve('scala.None$')).toBe(true);
  });

  it('finds out that the peer runs another Spark, from its first message on where it can', () => {
    const classes = new PeerClasses(sparkClasses('3.5.6'));
    classes.learn(messageFixture('frames/4.3.0/in-CheckExistence.bin'));
    expect(classes.mismatches().map(({ className }) => className)).toEqual([
      'org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence',
    ]);

    const similar = new PeerClasses(sparkClasses('3.5.6'));
    similar.learn(messageFixture('frames/2.4.8/in-CheckExistence.bin'));
    expect(similar.mismatches()).toEqual([]);
    similar.learn(messageFixture('frames/2.4.8/in-RegisterApplication.bin'));
    expect(similar.mismatches()).toEqual([
      {
        spark: '3.5.6',
        className: expect.stringMatching(/^org\.apache\.spark\./),
        peerUid: expect.any(BigInt),
        ownUid: expect.any(BigInt),
      },
    ]);
  });

  it('takes Sparks whose messages are alike for one', () => {
    const classes = new PeerClasses(sparkClasses('4.1.0'));
    classes.learn(messageFixture('frames/4.3.0/in-RegisterApplication.bin'));
    expect(classes.mismatches()).toEqual([]);
    const both = new PeerClasses(sparkClasses('3.5.6', '4.3.0', '4.1.0'));
    both.learn(messageFixture('frames/4.1.0/in-RegisterApplication.bin'));
    expect(both.fitting).toEqual(['4.3.0', '4.1.0']);
  });

  it.each(['2.4.8', '3.5.6', '4.3.0'])(
    'settles on %s among several Sparks, whichever stands first',
    (spark) => {
      for (const order of [
        ['2.4.8', '3.5.6', '4.3.0'],
        ['4.3.0', '3.5.6', '2.4.8'],
      ]) {
        const classes = new PeerClasses(sparkClasses(...order));
        expect(classes.fitting).toEqual(order);
        classes.learn(messageFixture(`frames/${spark}/in-CheckExistence.bin`));
        expect(classes.fitting).toContain(spark);
        classes.learn(messageFixture(`frames/${spark}/in-RegisterApplication.bin`));
        expect(classes.fitting).toEqual([spark]);
        expect(classes.descriptor(ADDED)).toBe(recordedClasses(spark).descriptor(ADDED));
      }
    },
  );

  it('takes Sparks for one that only take drivers in another shape, unless there is a closer one', () => {
    const submission = streamFixture('messages-3.5.6/RequestSubmitDriver.bin');
    const older = new PeerClasses(sparkClasses('2.4.8'));
    older.learn(submission);
    expect(older.fitting).toEqual(['2.4.8']);
    const both = new PeerClasses(sparkClasses('2.4.8', '3.5.6'));
    both.learn(submission);
    expect(both.fitting).toEqual(['3.5.6']);
  });

  it('settles on the one that is preferred, as long as that fits', () => {
    const classes = new PeerClasses(sparkClasses('2.4.8', '3.5.6', '4.3.0'));
    classes.prefer('3.5.6');
    expect(classes.fitting).toEqual(['3.5.6', '2.4.8', '4.3.0']);
    classes.learn(messageFixture('frames/2.4.8/in-CheckExistence.bin'));
    expect(classes.fitting).toEqual(['3.5.6', '2.4.8']);
    expect(classes.descriptor(REFERENCE)).toBe(recordedClasses('3.5.6').descriptor(REFERENCE));
    classes.prefer('4.3.0');
    expect(classes.fitting).toEqual(['2.4.8', '3.5.6']);
  });

  it('names one class of each Spark where none fits', () => {
    const classes = new PeerClasses(sparkClasses('2.4.8', '3.5.6'));
    classes.learn(messageFixture('frames/4.3.0/in-RegisterApplication.bin'));
    expect(classes.fitting).toEqual([]);
    expect(classes.mismatches().map(({ spark }) => spark)).toEqual(['2.4.8', '3.5.6']);
  });

  it('needs a Spark', () => {
    expect(() => new PeerClasses([])).toThrow(SparkRpcError);
  });

  it('says which class is neither known from the peer nor on the class path', () => {
    const classes = new PeerClasses(sparkClasses('3.5.6'));
    expect(classes.has('com.example.Nothing')).toBe(false);
    expect(() => classes.descriptor('com.example.Nothing')).toThrow(
      expect.objectContaining({ code: 'SPARK_RPC_CLASS_UNKNOWN' }),
    );
    expect(() => classes.descriptor('com.example.Nothing')).toThrow(SparkRpcError);
  });

  it('keeps nothing of classes that no answer needs', () => {
    const classes = new PeerClasses(sparkClasses('3.5.6'));
    const stranger: JavaClassDescriptor = {
      name: 'Stranger$',
      serialVersionUid: 1n,
      flags: 2,
      fields: [],
      superClass: null,
    };
    classes.learn(JavaObject.of(stranger, {}));
    expect(classes.has('Stranger$')).toBe(false);
  });

  it('comes to an end with values that hold each other, and with very many', () => {
    const list: JavaValue[] = Array.from(
      { length: 150_000 },
      () => new JavaArray(jdkClasses.descriptor('[I'), new Int32Array(0)),
    );
    const array = new JavaArray(jdkClasses.descriptor('[Ljava.lang.Integer;'), list);
    list.push(array);
    const classes = new PeerClasses(sparkClasses('3.5.6'));
    expect(() => classes.learn(array)).not.toThrow();
  });
});
