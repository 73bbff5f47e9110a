import { boxBoolean, type JavaObject, writeObjectStream } from '@spark-mesos/java-serialization';
import { describe, expect, it } from 'vitest';
import { encodeEnvelope } from '../../src/envelope.ts';
import {
  decodeApplicationRemoved,
  encodeApplicationRemoved,
} from '../../src/messages/application-removed.ts';
import { encodeCheckExistence } from '../../src/messages/check-existence.ts';
import {
  decodeDriverStatusResponse,
  encodeDriverStatusResponse,
} from '../../src/messages/driver-status-response.ts';
import { decodeExecutorAdded, encodeExecutorAdded } from '../../src/messages/executor-added.ts';
import { decodeExecutorUpdated, encodeExecutorUpdated } from '../../src/messages/executor-updated.ts';
import { decodeMasterChanged, encodeMasterChanged } from '../../src/messages/master-changed.ts';
import {
  decodeRegisteredApplication,
  encodeRegisteredApplication,
} from '../../src/messages/registered-application.ts';
import { encodeRetrieveSparkAppConfig } from '../../src/messages/retrieve-spark-app-config.ts';
import {
  decodeSubmitDriverResponse,
  encodeSubmitDriverResponse,
} from '../../src/messages/submit-driver-response.ts';
import { ObjectBuilder } from '../../src/object-builder.ts';
import { PeerClasses } from '../../src/peer-classes.ts';
import { RpcSession } from '../../src/rpc-session.ts';
import { recordedClasses, SPARKS, sparkClasses } from '../classes.ts';
import { envelopeFixture, fixture, fixtureNames, messageFixture } from '../support.ts';

function sparkOf(folder: string): string {
  return folder.split('-')[0] ?? '';
}

/** Reads what was recorded into plain values and writes these again. */
const AGAIN: Record<string, (build: ObjectBuilder, message: JavaObject) => JavaObject> = {
  RegisteredApplication: (build, message) =>
    encodeRegisteredApplication(build, decodeRegisteredApplication(message)),
  ExecutorAdded: (build, message) => encodeExecutorAdded(build, decodeExecutorAdded(message)),
  ExecutorUpdated: (build, message) => encodeExecutorUpdated(build, decodeExecutorUpdated(message)),
  ApplicationRemoved: (build, message) => encodeApplicationRemoved(build, decodeApplicationRemoved(message)),
  MasterChanged: (build, message) => encodeMasterChanged(build, decodeMasterChanged(message)),
};

const ONE_WAYS = fixtureNames('frames').flatMap((folder) =>
  fixtureNames(`frames/${folder}`)
    .filter(
      (name) => AGAIN[name.slice('out-'.length).split('.')[0] ?? ''] !== undefined && name.startsWith('out-'),
    )
    .map((name): [string, string] => [folder, name]),
);

const REPLIES = fixtureNames('frames').flatMap((folder) =>
  fixtureNames(`frames/${folder}`)
    .filter((name) => name.startsWith('out-reply-to-'))
    .map((name): [string, string] => [folder, name]),
);

function rewritten(folder: string, name: string, builder: ObjectBuilder): Buffer {
  const path = `frames/${folder}/${name}`;
  const again = AGAIN[name.slice('out-'.length).split('.')[0] ?? ''];
  if (again === undefined) throw new Error(name);
  const content = writeObjectStream(again(builder, messageFixture(path)));
  return Buffer.from(new RpcSession().oneWay({ ...envelopeFixture(path), content }));
}

describe('messages that real drivers accepted', () => {
  it.each(ONE_WAYS)('are written again byte for byte: %s/%s', (folder, name) => {
    const builder = new ObjectBuilder(recordedClasses(sparkOf(folder)));
    expect(rewritten(folder, name, builder)).toEqual(Buffer.from(fixture(`frames/${folder}/${name}`)));
  });

  it.each(
    ONE_WAYS.filter(([folder]) => fixtureNames(`frames/${folder}`).includes('in-RegisterApplication.bin')),
  )('come out the same with the classes that the driver itself sent: %s/%s', (folder, name) => {
    const classes = new PeerClasses(sparkClasses(sparkOf(folder)));
    classes.learn(messageFixture(`frames/${folder}/in-RegisterApplication.bin`));
    expect(classes.mismatches()).toEqual([]);
    expect(rewritten(folder, name, new ObjectBuilder(classes))).toEqual(
      Buffer.from(fixture(`frames/${folder}/${name}`)),
    );
  });

  it.each(REPLIES)('are answered byte for byte: %s/%s', (folder, name) => {
    const recorded = fixture(`frames/${folder}/${name}`);
    const build = new ObjectBuilder(recordedClasses(sparkOf(folder)));
    const message = messageFixture(`frames/${folder}/${name}`);
    let answer: JavaObject;
    if (name.includes('RequestSubmitDriver')) {
      answer = encodeSubmitDriverResponse(build, decodeSubmitDriverResponse(message));
    } else if (name.includes('RequestDriverStatus')) {
      answer = encodeDriverStatusResponse(build, decodeDriverStatusResponse(message));
    } else {
      expect(message.fields.get('value')).toBe(true);
      answer = boxBoolean(true);
    }
    const requestId = Buffer.from(recorded).readBigInt64BE(9);
    expect(Buffer.from(new RpcSession().respond(requestId, writeObjectStream(answer)))).toEqual(
      Buffer.from(recorded),
    );
  });
});

describe('what an executor asks its driver', () => {
  it.each(['2.4.8', '3.5.6', '4.3.0'])('is asked by us in the same bytes in Spark %s', (spark) => {
    const path = `frames/${spark}-relay/retrieve-spark-app-config.bin`;
    const recorded = messageFixture(path);
    const classes = new PeerClasses(sparkClasses(spark));
    classes.learn(recorded);
    const content = writeObjectStream(encodeRetrieveSparkAppConfig(new ObjectBuilder(classes), 0));
    const body = encodeEnvelope({ ...envelopeFixture(path), content });
    expect(Buffer.from(body)).toEqual(Buffer.from(fixture(path).subarray(21)));
  });

  it.each(SPARKS)('includes whether an endpoint exists, in Spark %s', (spark) => {
    const path = `frames/${spark}/in-CheckExistence.bin`;
    const message = encodeCheckExistence(new ObjectBuilder(recordedClasses(spark)), 'Master');
    const body = encodeEnvelope({ ...envelopeFixture(path), content: writeObjectStream(message) });
    expect(Buffer.from(body)).toEqual(Buffer.from(fixture(path).subarray(21)));
  });
});
