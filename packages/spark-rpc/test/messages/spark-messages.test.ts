import { type JavaClassDescriptor, JavaObject, type JavaValue } from '@spark-mesos/java-serialization';
import { describe, expect, it } from 'vitest';
import { decodeAnswer } from '../../src/answers.ts';
import { decodeMasterMessage } from '../../src/master-message.ts';
import { decodeApplicationDescription } from '../../src/messages/application-description.ts';
import { fixture, messageFixture, streamFixture } from '../support.ts';

const COMMAND = {
  mainClass: 'org.example.Main',
  arguments: ['{{WORKER_URL}}', '{{USER_JAR}}', 'Main'],
  environment: new Map([
    ['LANG', 'C'],
    ['PATH', '/bin'],
    ['A', '1'],
    ['B', '2'],
    ['C', '3'],
  ]),
  classPathEntries: ['/opt/a.jar'],
  libraryPathEntries: ['/opt/lib'],
  javaOpts: ['-Dspark.ssl.enabled=false'],
};

const DEFAULT_PROFILE = {
  id: 0,
  cores: 3,
  memoryMiB: 2048,
  offHeapMiB: 0,
  otherResources: new Map(),
  taskCpus: 1,
};

describe.each(['3.5.6', '4.3.0'])('messages that Spark %s wrote', (spark) => {
  const read = (name: string): JavaValue => streamFixture(`messages-${spark}/${name}.bin`);

  it('tell the sizes of executors of several profiles', () => {
    expect(decodeMasterMessage(read('RequestExecutors'))).toEqual({
      kind: 'RequestExecutors',
      appId: 'app-1',
      totals: new Map([
        [0, { total: 3, profile: DEFAULT_PROFILE }],
        [
          1,
          {
            total: 2,
            profile: {
              id: 1,
              cores: 4,
              memoryMiB: 8192,
              memoryOverheadMiB: 1024,
              pysparkMemoryMiB: 512,
              offHeapMiB: 256,
              otherResources: new Map([['gpu', 2]]),
              discovered: ['gpu'],
              taskCpus: 2,
            },
          },
        ],
        [2, { total: 1, profile: { id: 2, otherResources: new Map(), taskCpus: 3 } }],
      ]),
    });
  });

  it('tell which executors to end, and which application is over', () => {
    expect(decodeMasterMessage(read('KillExecutors'))).toEqual({
      kind: 'KillExecutors',
      appId: 'app-1',
      executorIds: ['1', '2', '10'],
    });
    expect(decodeMasterMessage(read('UnregisterApplication'))).toEqual({
      kind: 'UnregisterApplication',
      appId: 'app-1',
    });
  });

  it('describe an application with all that it may say', () => {
    const description = read('ApplicationDescription');
    expect(description instanceof JavaObject && decodeApplicationDescription(description)).toEqual({
      name: 'name',
      user: 'someone',
      appUiUrl: 'http://ui:4040',
      maxCores: 8,
      initialExecutorLimit: 2,
      command: COMMAND,
      defaultProfile: DEFAULT_PROFILE,
    });
  });

  it('submit and end drivers', () => {
    expect(decodeMasterMessage(read('RequestSubmitDriver'))).toEqual({
      kind: 'RequestSubmitDriver',
      driver: { jarUrl: 'file:/opt/app.jar', memoryMiB: 1536, cores: 2, supervise: true, command: COMMAND },
    });
    expect(decodeMasterMessage(read('RequestKillDriver'))).toEqual({
      kind: 'RequestKillDriver',
      driverId: 'driver-1',
    });
  });

  it('answer with an exception, of which the causes are told', () => {
    expect(() => decodeAnswer(fixture(`messages-${spark}/RpcFailure.bin`))).toThrow(
      'org.apache.spark.SparkException: no; caused by java.lang.IllegalStateException: because',
    );
  });
});

it('reads the other resources of executors from the list in which early Sparks 3 have them', () => {
  const description = messageFixture('frames/2.4.8/in-RegisterApplication.bin').field(
    'appDescription',
  ) as JavaObject;
  const descriptor: JavaClassDescriptor = {
    name: 'org.apache.spark.resource.ResourceRequirement',
    serialVersionUid: 1n,
    flags: 2,
    superClass: null,
    fields: [
      { name: 'amount', typeCode: 'I' },
      { name: 'resourceName', typeCode: 'L', className: 'Ljava/lang/String;' },
    ],
  };
  const requirement = JavaObject.of(descriptor, { amount: 2, resourceName: 'gpu' });
  const list = streamFixture('scala-2.12/sequence-list.bin') as JavaObject;
  const [, , , end] = list.annotations();
  const requirements = JavaObject.of(
    list.descriptor,
    {},
    {
      [list.className]: [{ kind: 'value', value: requirement }, ...(end === undefined ? [] : [end])],
    },
  );
  const field = {
    name: 'resourceReqsPerExecutor',
    typeCode: 'L',
    className: 'Lscala/collection/Seq;',
  } as const;
  const early = JavaObject.of(
    { ...description.descriptor, fields: [...description.descriptor.fields, field] },
    new Map([...description.fields, [field.name, requirements]]),
  );
  expect(decodeApplicationDescription(early).defaultProfile).toEqual({
    id: 0,
    memoryMiB: 512,
    otherResources: new Map([['gpu', 2]]),
  });
});
