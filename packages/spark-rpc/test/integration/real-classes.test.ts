import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  boxBoolean,
  type ClassDescriptorSource,
  ClassPath,
  type JavaValue,
  writeObjectStream,
} from '@spark-mesos/java-serialization';
import { describe, expect, it } from 'vitest';
import { ANSWER_CLASSES, TELLING_CLASSES } from '../../src/answer-classes.ts';
import { encodeApplicationRemoved } from '../../src/messages/application-removed.ts';
import { encodeCheckExistence } from '../../src/messages/check-existence.ts';
import { encodeExecutorAdded } from '../../src/messages/executor-added.ts';
import { EXECUTOR_STATE_CLASS, EXECUTOR_STATES } from '../../src/messages/executor-state.ts';
import { encodeExecutorUpdated } from '../../src/messages/executor-updated.ts';
import { encodeKillDriverResponse } from '../../src/messages/kill-driver-response.ts';
import { encodeMasterChanged } from '../../src/messages/master-changed.ts';
import { encodeRegisteredApplication } from '../../src/messages/registered-application.ts';
import { encodeRetrieveSparkAppConfig } from '../../src/messages/retrieve-spark-app-config.ts';
import { encodeSubmitDriverResponse } from '../../src/messages/submit-driver-response.ts';
import { encodeWorkerRemoved } from '../../src/messages/worker-removed.ts';
import { ObjectBuilder } from '../../src/object-builder.ts';
import { recordedClasses, SPARKS } from '../classes.ts';
import { testSparks } from './sparks.ts';

const MASTER = { name: 'Master', address: { host: '10.0.0.9', port: 7077 } };

async function classesOf(home: string): Promise<ClassDescriptorSource> {
  const classPath = await ClassPath.open(join(home, 'jars'));
  return classPath.descriptors([...ANSWER_CLASSES, ...TELLING_CLASSES]);
}

/** Has the Spark's own classes read object streams, and returns what they say of each. */
function probe(home: string, values: readonly JavaValue[]): Promise<string[]> {
  const source = fileURLToPath(new URL('./AnswerProbe.java', import.meta.url));
  return new Promise((resolve, reject) => {
    const java = execFile('java', ['-cp', join(home, 'jars', '*'), source], (error, out, errors) => {
      if (error !== null) reject(new Error(errors, { cause: error }));
      else resolve(out.trimEnd().split('\n'));
    });
    for (const value of values) {
      java.stdin?.write(`${Buffer.from(writeObjectStream(value)).toString('hex')}\n`);
    }
    java.stdin?.end();
  });
}

describe('real Sparks', () => {
  it('read every answer as it was meant', { timeout: 120_000 }, async () => {
    for (const home of testSparks()) {
      const build = new ObjectBuilder(await classesOf(home));
      const lines = await probe(home, [
        encodeRegisteredApplication(build, { appId: 'app-1', master: MASTER }),
        encodeExecutorAdded(build, {
          executorId: 3,
          workerId: 'worker-1',
          hostPort: 'host:1',
          cores: 2,
          memoryMiB: 512,
        }),
        ...EXECUTOR_STATES.map((state) => encodeExecutorUpdated(build, { executorId: 3, state })),
        encodeExecutorUpdated(build, {
          executorId: 3,
          state: 'LOST',
          message: 'the machine is gone',
          exitStatus: 137,
          workerHost: 'host',
        }),
        encodeApplicationRemoved(build, { message: 'over – für immer' }),
        encodeWorkerRemoved(build, { workerId: 'worker-1', host: 'host', message: 'gone' }),
        encodeMasterChanged(build, { master: MASTER, masterWebUiUrl: 'http://ui' }),
        encodeSubmitDriverResponse(build, { master: MASTER, success: false, message: 'no' }),
        encodeKillDriverResponse(build, { master: MASTER, driverId: 'd', success: false, message: 'no' }),
        encodeCheckExistence(build, 'Master'),
        encodeRetrieveSparkAppConfig(build, 4),
        boxBoolean(true),
      ]);
      expect(lines).toEqual([
        'RegisteredApplication | app-1 | NettyRpcEndpointRef(spark://Master@10.0.0.9:7077)',
        'ExecutorAdded | 3 | worker-1 | host:1 | 2 | 512',
        ...EXECUTOR_STATES.map((state) => `ExecutorUpdated | 3 | ${state} | empty | empty | empty`),
        'ExecutorUpdated | 3 | LOST | some the machine is gone | some 137 | some host',
        'ApplicationRemoved | over – für immer',
        'WorkerRemoved | worker-1 | host | gone',
        'MasterChanged | NettyRpcEndpointRef(spark://Master@10.0.0.9:7077) | http://ui',
        'SubmitDriverResponse | NettyRpcEndpointRef(spark://Master@10.0.0.9:7077) | false | empty | no',
        'KillDriverResponse | NettyRpcEndpointRef(spark://Master@10.0.0.9:7077) | d | false | no',
        'CheckExistence | Master',
        'RetrieveSparkAppConfig | 4',
        'true',
      ]);
    }
  });

  it('have the classes that were recorded of them', async () => {
    for (const home of testSparks()) {
      const version = SPARKS.find((spark) => home.includes(spark));
      if (version === undefined) continue;
      const real = await classesOf(home);
      const recorded = recordedClasses(version);
      for (const name of ['scala.None$', EXECUTOR_STATE_CLASS]) {
        expect([name, real.hasReadResolve(name)]).toEqual([name, recorded.hasReadResolve(name)]);
      }
      for (const name of ANSWER_CLASSES) {
        if (recorded.has(name)) expect(real.descriptor(name)).toEqual(recorded.descriptor(name));
      }
    }
  });
});
