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
import { recordedClasses } from './classes.ts';
import { messageFixture } from './support.ts';

const REFERENCE = 'org.apache.spark.rpc.netty.NettyRpcEndpointRef';

describe('PeerClasses', () => {
  it('takes a class as the peer sent it, whatever the class path says', () => {
    const classes = new PeerClasses(recordedClasses('2.4.8'));
    const own = classes.descriptor(REFERENCE);
    classes.learn(messageFixture('frames/4.3.0/in-RegisterApplication.bin'));
    expect(classes.descriptor(REFERENCE)).not.toBe(own);
    expect(classes.descriptor(REFERENCE).serialVersionUid).toBe(
      recordedClasses('4.3.0').descriptor(REFERENCE).serialVersionUid,
    );
  });

  it('writes None as the peer did', () => {
    const classes = new PeerClasses(recordedClasses('3.5.6'));
    expect(classes.hasReadResolve('scala.None$')).toBe(true);
    classes.learn(messageFixture('frames/4.3.0/in-RegisterApplication.bin'));
    expect(classes.hasReadResolve('scala.None$')).toBe(false);

    const older = new PeerClasses(recordedClasses('4.3.0'));
    older.learn(messageFixture('frames/3.5.6/in-RegisterApplication.bin'));
    expect(older.hasReadResolve('scala.None$')).toBe(true);
  });

  it('finds out that the peer runs another Spark, from its first message on where it can', () => {
    const classes = new PeerClasses(recordedClasses('3.5.6'));
    classes.learn(messageFixture('frames/4.3.0/in-CheckExistence.bin'));
    expect(classes.mismatches().map(({ className }) => className)).toEqual([
      'org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence',
    ]);

    const similar = new PeerClasses(recordedClasses('3.5.6'));
    similar.learn(messageFixture('frames/2.4.8/in-CheckExistence.bin'));
    expect(similar.mismatches()).toEqual([]);
    similar.learn(messageFixture('frames/2.4.8/in-RegisterApplication.bin'));
    expect(similar.mismatches().map(({ className }) => className)).toContain(
      'org.apache.spark.deploy.ApplicationDescription',
    );
  });

  it('takes Sparks whose messages are alike for one', () => {
    const classes = new PeerClasses(recordedClasses('4.1.0'));
    classes.learn(messageFixture('frames/4.3.0/in-RegisterApplication.bin'));
    expect(classes.mismatches()).toEqual([]);
  });

  it('says which class is neither known from the peer nor on the class path', () => {
    const classes = new PeerClasses(recordedClasses('3.5.6'));
    expect(classes.has('com.example.Nothing')).toBe(false);
    expect(() => classes.descriptor('com.example.Nothing')).toThrow(
      expect.objectContaining({ code: 'SPARK_RPC_CLASS_UNKNOWN' }),
    );
    expect(() => classes.descriptor('com.example.Nothing')).toThrow(SparkRpcError);
  });

  it('keeps nothing of classes that no answer needs', () => {
    const classes = new PeerClasses(recordedClasses('3.5.6'));
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
    const classes = new PeerClasses(recordedClasses('3.5.6'));
    expect(() => classes.learn(array)).not.toThrow();
  });
});
