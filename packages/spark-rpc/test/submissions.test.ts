import {
  type JavaObject,
  type JavaValue,
  readObjectStream,
  writeObjectStream,
} from '@spark-mesos/java-serialization';
import { describe, expect, it } from 'vitest';
import { MasterSession } from '../src/master-session.ts';
import { decodeDriverStatusResponse } from '../src/messages/driver-status-response.ts';
import { decodeKillDriverResponse } from '../src/messages/kill-driver-response.ts';
import { decodeSubmitDriverResponse } from '../src/messages/submit-driver-response.ts';
import type { ConnectionPeer, SubmissionHandler } from '../src/submissions.ts';
import { sparkClasses } from './classes.ts';
import { FakeConnection, RecordingHandler, RecordingLogger } from './fake-connection.ts';
import { envelopeFixture, fixture } from './support.ts';

const PEER: ConnectionPeer = { authenticated: true, remoteAddress: '10.0.0.7' };

/** A cluster manager that takes every driver, and writes down what it was asked. */
class RecordingSubmissions implements SubmissionHandler {
  readonly calls: unknown[][] = [];

  submitDriver: SubmissionHandler['submitDriver'] = (driver, peer) => {
    this.calls.push(['submitDriver', driver.jarUrl, driver.command.mainClass, peer]);
    return Promise.resolve({ driverId: 'driver-1', message: 'Driver successfully submitted as driver-1' });
  };

  killDriver: SubmissionHandler['killDriver'] = (driverId) => {
    this.calls.push(['killDriver', driverId]);
    return { success: true, message: `Kill request for ${driverId} submitted` };
  };

  driverStatus: SubmissionHandler['driverStatus'] = (driverId) => {
    this.calls.push(['driverStatus', driverId]);
    return { found: true, state: 'RUNNING', workerId: 'agent-1', workerHostPort: '10.0.0.8:5051' };
  };
}

function start(spark: string, submissions?: SubmissionHandler, sparks: readonly string[] = [spark]) {
  const logger = new RecordingLogger();
  const session = new MasterSession({
    id: 'connection-1',
    connection: new FakeConnection(),
    sparks: sparkClasses(...sparks),
    handler: new RecordingHandler(),
    ...(submissions === undefined ? {} : { submissions }),
    peer: PEER,
    address: { host: '10.0.0.9', port: 7077 },
    askTimeoutMs: 1000,
    logger,
  });
  const ask = async (content: Uint8Array): Promise<JavaObject> => {
    const envelope = {
      ...envelopeFixture(`frames/${spark}/in-CheckExistence.bin`),
      endpoint: 'Master',
      content,
    };
    return readObjectStream(await session.request(envelope)) as JavaObject;
  };
  return { session, logger, ask };
}

/** What a Spark with these classes sends. */
function message(spark: string, name: string): Uint8Array {
  return fixture(`messages-${spark}/${name}.bin`);
}

it('tells a submitter before Spark 3.1 whom to ask how its driver is', async () => {
  const { ask } = start('3.5.6', new RecordingSubmissions(), ['2.4.8']);
  // Spark has killed drivers in the same words from 2.4 to 3.5.
  expect(decodeKillDriverResponse(await ask(message('3.5.6', 'RequestKillDriver')))).toMatchObject({
    success: true,
    master: { name: 'Master' },
  });
});

describe.each(['3.5.6', '4.3.0'])('a cluster manager that runs drivers of Spark %s', (spark) => {
  it('takes a driver, and tells under which id', async () => {
    const submissions = new RecordingSubmissions();
    const answer = decodeSubmitDriverResponse(
      await start(spark, submissions).ask(message(spark, 'RequestSubmitDriver')),
    );
    expect(answer).toMatchObject({
      success: true,
      driverId: 'driver-1',
      message: 'Driver successfully submitted as driver-1',
    });
    expect(submissions.calls).toEqual([
      ['submitDriver', 'file:/opt/app.jar', 'org.example.Main', { ...PEER, sparks: [spark] }],
    ]);
  });

  it('answers without what a submitter of the same words and another Spark could not read', async () => {
    const answers = ['RequestSubmitDriver', 'RequestKillDriver'].map((name) =>
      start(spark, new RecordingSubmissions()).ask(message(spark, name)),
    );
    for (const answer of await Promise.all(answers)) {
      expect(Buffer.from(writeObjectStream(answer)).toString('latin1')).not.toContain('apache.spark.rpc');
    }
  });

  it('knows by the question which of several Sparks its submitter has', async () => {
    const submissions = new RecordingSubmissions();
    const { ask } = start(spark, submissions, ['2.4.8', '4.3.0', '3.5.6']);
    await ask(message(spark, 'RequestSubmitDriver'));
    expect(submissions.calls[0]?.at(-1)).toEqual({ ...PEER, sparks: [spark] });
  });

  it('answers one of whom little is known for the Spark that it is likely to have', async () => {
    const submissions = new RecordingSubmissions();
    submissions.killDriver = () => ({ success: true, message: 'killed', spark });
    const written = (sparks?: readonly string[]) =>
      start(spark, submissions, sparks).ask(message(spark, 'RequestKillDriver'));
    expect(writeObjectStream(await written(['2.4.8', '4.1.0', '3.5.6', '4.3.0']))).toEqual(
      writeObjectStream(await written()),
    );
  });

  it('says why it does not take a driver', async () => {
    const submissions = new RecordingSubmissions();
    submissions.submitDriver = () => ({ message: 'the queue is full' });
    const answer = decodeSubmitDriverResponse(
      await start(spark, submissions).ask(message(spark, 'RequestSubmitDriver')),
    );
    expect(answer).toMatchObject({ success: false, message: 'the queue is full' });
    expect(answer).not.toHaveProperty('driverId');
  });

  it('kills a driver', async () => {
    const submissions = new RecordingSubmissions();
    const answer = decodeKillDriverResponse(
      await start(spark, submissions).ask(message(spark, 'RequestKillDriver')),
    );
    expect(answer).toMatchObject({ driverId: 'driver-1', success: true });
    expect(submissions.calls).toEqual([['killDriver', 'driver-1']]);
  });

  it('tells no stranger what went wrong inside, but that something did', async () => {
    const submissions = new RecordingSubmissions();
    submissions.submitDriver = () => Promise.reject(new Error('disk /data1 is full'));
    submissions.driverStatus = () => {
      throw new Error('no');
    };
    const { ask, logger } = start(spark, submissions);
    const answer = decodeSubmitDriverResponse(await ask(message(spark, 'RequestSubmitDriver')));
    expect(answer.success).toBe(false);
    expect(answer.message).not.toContain('disk');
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', phrase: 'RequestSubmitDriver failed' });
  });
});

describe.each(['2.4.8', '3.5.6', '4.3.0'])('the status of a driver', (spark) => {
  it(`is told to a submitter of Spark ${spark} as its own master tells it`, async () => {
    const submissions = new RecordingSubmissions();
    const { session } = start(spark, submissions);
    const envelope = envelopeFixture(`frames/${spark}-cluster/in-RequestDriverStatus.bin`);
    const answer: JavaValue = readObjectStream(await session.request(envelope));
    expect(decodeDriverStatusResponse(answer as JavaObject)).toEqual({
      found: true,
      state: 'RUNNING',
      workerId: 'agent-1',
      workerHostPort: '10.0.0.8:5051',
    });
    expect(writeObjectStream(answer).byteLength).toBeGreaterThan(0);
    expect(submissions.calls[0]?.[0]).toBe('driverStatus');
  });

  it(`is not told where another master leads, in an exception that Spark ${spark} can read`, async () => {
    const submissions = new RecordingSubmissions();
    submissions.driverStatus = () => ({ found: false, exception: 'Current state is not alive: STANDBY.' });
    const { session } = start(spark, submissions);
    const envelope = envelopeFixture(`frames/${spark}-cluster/in-RequestDriverStatus.bin`);
    const answer = readObjectStream(await session.request(envelope)) as JavaObject;
    expect(decodeDriverStatusResponse(answer)).toEqual({
      found: false,
      exception: 'Current state is not alive: STANDBY.',
    });
  });
});
