import { JavaObject, readObjectStream, writeObjectStream } from '@spark-mesos/java-serialization';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../src/envelope.ts';
import { MasterSession } from '../src/master-session.ts';
import { decodeApplicationRemoved } from '../src/messages/application-removed.ts';
import { decodeExecutorUpdated } from '../src/messages/executor-updated.ts';
import { decodeMasterChanged } from '../src/messages/master-changed.ts';
import { decodeRegisteredApplication } from '../src/messages/registered-application.ts';
import { unwantedAuthentication } from '../src/refusals.ts';
import { RpcSession } from '../src/rpc-session.ts';
import { sparkClasses } from './classes.ts';
import { FakeConnection, RecordingHandler, RecordingLogger } from './fake-connection.ts';
import { envelopeFixture, fixture, fixtureNames, messageFixture } from './support.ts';

const OWN_ADDRESS = { host: '10.0.0.9', port: 7077 };

function start(...sparks: string[]) {
  const connection = new FakeConnection();
  const handler = new RecordingHandler();
  const logger = new RecordingLogger();
  const session = new MasterSession({
    id: 'connection-1',
    connection,
    sparks: sparkClasses(...sparks),
    handler,
    address: OWN_ADDRESS,
    askTimeoutMs: 1000,
    logger,
  });
  return { connection, handler, logger, session };
}

/** A driver that has registered and was accepted under the id in its later recorded messages. */
function registered(folder: string) {
  const parts = start(folder.split('-')[0] ?? '');
  const appId = messageFixture(`frames/${folder}/in-UnregisterApplication.bin`).fields.get('appId');
  parts.handler.onRegister = (driver) => driver.registeredApplication(String(appId));
  parts.session.oneWay(envelopeFixture(`frames/${folder}/in-RegisterApplication.bin`));
  return { ...parts, appId: String(appId), driver: parts.handler.drivers[0] };
}

async function booleanAnswer(answer: Promise<Uint8Array>): Promise<unknown> {
  const value = readObjectStream(await answer);
  return value instanceof JavaObject ? value.fields.get('value') : value;
}

describe('the endpoint verifier', () => {
  it.each([
    ['3.5.6/in-CheckExistence.bin', true],
    ['4.3.0/in-CheckExistence.bin', true],
    ['2.4.8-cluster/in-CheckExistence.2.bin', true],
    ['3.5.6-relay/check-existence-scheduler.bin', false],
  ])('answers %s with %s', async (path, wanted) => {
    const { session } = start(path.split(/[-/]/)[0] ?? '');
    expect(await booleanAnswer(session.request(envelopeFixture(`frames/${path}`)))).toBe(wanted);
  });

  it('knows the endpoint Worker, which executors watch', async () => {
    const { session } = start('3.5.6');
    const envelope = envelopeFixture('frames/3.5.6/in-CheckExistence.bin');
    const message = messageFixture('frames/3.5.6/in-CheckExistence.bin');
    message.setField('name', 'Worker');
    expect(await booleanAnswer(session.request({ ...envelope, content: writeObjectStream(message) }))).toBe(
      true,
    );
  });
});

describe('a driver', () => {
  it.each(['2.4.8', '3.5.6', '4.1.0', '4.3.0'])(
    'of Spark %s registers, hears of executors and leaves',
    (folder) => {
      const { connection, handler, session, appId, driver } = registered(folder);
      expect(handler.calls[0]?.[0]).toBe('registerApplication');
      driver?.executorAdded({ executorId: 0, workerId: 'w', hostPort: 'h:1', cores: 1, memoryMiB: 512 });
      driver?.executorUpdated({ executorId: 0, state: 'RUNNING' });
      driver?.executorUpdated({ executorId: 0, state: 'EXITED', message: 'gone', exitStatus: 137 });
      driver?.applicationRemoved('over');
      expect(connection.kinds).toEqual([
        'RegisteredApplication',
        'ExecutorAdded',
        'ExecutorUpdated',
        'ExecutorUpdated',
        'ApplicationRemoved',
      ]);
      const [, , running, exited] = connection.messages;
      expect(running && decodeExecutorUpdated(running)).toEqual({
        executorId: 0,
        state: 'RUNNING',
        workerLost: false,
      });
      expect(exited && decodeExecutorUpdated(exited)).toMatchObject({
        state: 'EXITED',
        message: 'gone',
        exitStatus: 137,
      });

      session.oneWay(envelopeFixture(`frames/${folder}/in-UnregisterApplication.bin`));
      session.closed('the peer closed the connection');
      expect(handler.calls.slice(1)).toEqual([
        ['unregisterApplication', appId, 'connection-1'],
        ['driverDisconnected', 'connection-1'],
      ]);
      expect(connection.refusals).toEqual([]);
    },
  );

  it('is answered from the address that it dialled, at the endpoint that it named', () => {
    const { connection } = registered('3.5.6');
    const { receiver } = envelopeFixture('frames/3.5.6/in-RegisterApplication.bin');
    const [sent] = connection.sent;
    expect(sent).toMatchObject({
      sender: receiver,
      endpoint: 'AppClient',
      receiver: { host: '127.0.0.1', port: 44151 },
    });
    expect(connection.messages[0] && decodeRegisteredApplication(connection.messages[0]).master).toEqual({
      name: 'Master',
      address: receiver,
    });
  });

  it.each(['2.4.8-dyn', '3.5.6-dyn', '4.3.0-dyn'])(
    'of %s asks for executors and has them ended',
    async (folder) => {
      const { handler, session, appId } = registered(folder);
      const ask = (name: string) =>
        booleanAnswer(session.request(envelopeFixture(`frames/${folder}/${name}`)));
      expect(await ask('in-RequestExecutors.2.bin')).toBe(true);
      expect(await ask('in-KillExecutors.bin')).toBe(true);
      handler.decision = Promise.resolve(false);
      expect(await ask('in-RequestExecutors.bin')).toBe(false);
      expect(handler.calls.slice(1)).toEqual([
        ['requestExecutors', appId, [[0, 1]]],
        ['killExecutors', appId, ['0']],
        ['requestExecutors', appId, [[0, 0]]],
      ]);
    },
  );

  it('is told no when the cluster manager fails to decide, and the log says why', async () => {
    const { handler, logger, session } = registered('3.5.6-dyn');
    handler.decision = Promise.reject(new Error('out of order'));
    const answer = session.request(envelopeFixture('frames/3.5.6-dyn/in-RequestExecutors.bin'));
    expect(await booleanAnswer(answer)).toBe(false);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', phrase: 'RequestExecutors failed' });
  });

  it('that repeats its registration gets the same answer and makes no second application', () => {
    const { connection, handler, session } = registered('4.3.0');
    session.oneWay(envelopeFixture('frames/4.3.0/in-RegisterApplication.bin'));
    expect(handler.drivers).toHaveLength(1);
    expect(connection.kinds).toEqual(['RegisteredApplication', 'RegisteredApplication']);
  });

  it('that repeats its registration before it was accepted goes on waiting', () => {
    const { connection, handler, session } = start('4.3.0');
    session.oneWay(envelopeFixture('frames/4.3.0/in-RegisterApplication.bin'));
    session.oneWay(envelopeFixture('frames/4.3.0/in-RegisterApplication.bin'));
    expect(handler.drivers).toHaveLength(1);
    expect(connection.sent).toEqual([]);
  });

  it.each([
    ['2.4.8', ['RegisteredApplication']],
    ['3.5.6', ['RegisteredApplication', 'ExecutorUpdated']],
    ['4.3.0', ['RegisteredApplication', 'ExecutorUpdated']],
  ])('of Spark %s is told of executors that are decommissioned if it knows of that', (folder, kinds) => {
    const { connection, driver } = registered(folder);
    driver?.executorUpdated({ executorId: 0, state: 'DECOMMISSIONED', message: 'drained', workerHost: 'h' });
    // No WorkerRemoved was recorded, so these classes do not have it, and it is not told either.
    driver?.workerRemoved('w', 'h', 'gone');
    expect(connection.kinds).toEqual(kinds);
    if (kinds.length === 1) return;
    const [, told] = connection.messages;
    expect(told && decodeExecutorUpdated(told)).toMatchObject({ state: 'DECOMMISSIONED', workerHost: 'h' });
  });

  it('has one id for good', () => {
    const { driver } = registered('4.3.0');
    expect(() => driver?.registeredApplication('another')).toThrow(/registered as .* already/);
  });

  it('has no say in the application of another', async () => {
    const { connection, handler, session } = start('3.5.6');
    session.oneWay(envelopeFixture('frames/3.5.6-dyn/in-UnregisterApplication.bin'));
    const kill = session.request(envelopeFixture('frames/3.5.6-dyn/in-KillExecutors.bin'));
    const request = session.request(envelopeFixture('frames/3.5.6-dyn/in-RequestExecutors.bin'));
    expect(await booleanAnswer(kill)).toBe(false);
    expect(await booleanAnswer(request)).toBe(false);
    expect(handler.calls).toEqual([]);
    expect(connection.refusals).toHaveLength(3);
  });

  it('is reported as disconnected once, and not at all when it never registered', () => {
    const { handler, session } = registered('3.5.6');
    session.closed('reset');
    session.closed('again');
    expect(handler.calls.filter(([call]) => call === 'driverDisconnected')).toHaveLength(1);
    const stranger = start('3.5.6');
    stranger.session.closed('reset');
    expect(stranger.handler.calls).toEqual([]);
  });

  it.each(['2.4.8-relay', '3.5.6-relay', '4.3.0-relay'])(
    'of %s is asked for its settings',
    async (folder) => {
      const { connection, driver } = registered(folder);
      const asked: Envelope[] = [];
      connection.nextAnswer = (envelope) => {
        asked.push(envelope);
        return messageFixture(`frames/${folder}/spark-app-config.bin`);
      };
      const settings = await driver?.retrieveSettings(0);
      expect(settings?.get('spark.app.name')).toBeDefined();
      expect(asked).toMatchObject([{ endpoint: 'CoarseGrainedScheduler' }]);
      expect(Buffer.from(asked[0]?.content ?? [])).toEqual(
        Buffer.from(envelopeFixture(`frames/${folder}/retrieve-spark-app-config.bin`).content),
      );
    },
  );

  it('that answers with anything but its settings is said to have done so', async () => {
    const { connection, driver } = registered('3.5.6');
    connection.nextAnswer = () => messageFixture('frames/3.5.6/out-reply-to-CheckExistence.bin');
    await expect(driver?.retrieveSettings(0)).rejects.toThrow(/not with java\.lang\.Boolean/);
  });

  it('ends the connection when it is told to', () => {
    const { connection, driver } = registered('3.5.6');
    driver?.close();
    expect(connection.closings).toEqual(['closed by us']);
  });

  it('whose handler fails is served on', () => {
    const { handler, logger, session } = start('3.5.6');
    handler.onRegister = () => {
      throw new Error('no room');
    };
    session.oneWay(envelopeFixture('frames/3.5.6/in-RegisterApplication.bin'));
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', phrase: 'registerApplication failed' });
    session.closed('gone');
    expect(handler.calls.at(-1)).toEqual(['driverDisconnected', 'connection-1']);
  });
});

describe('a driver of another Spark than that of the class path', () => {
  it('is told so at its first question where that tells them apart', async () => {
    const { connection, handler, session } = start('3.5.6');
    const question = session.request(envelopeFixture('frames/4.3.0/in-CheckExistence.bin'));
    await expect(question).rejects.toThrow(/runs another Spark .* Use the same Spark for both/s);
    await expect(session.request(envelopeFixture('frames/4.3.0/in-CheckExistence.bin'))).rejects.toThrow();
    expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_SPARK_MISMATCH']]);
    expect(connection.refusals).toHaveLength(2);
  });

  it('is told so when it registers where only that tells them apart', () => {
    const { connection, handler, session } = start('3.5.6');
    session.oneWay(envelopeFixture('frames/2.4.8/in-RegisterApplication.bin'));
    expect(connection.kinds).toEqual(['ApplicationRemoved']);
    expect(connection.messages[0] && decodeApplicationRemoved(connection.messages[0]).message).toMatch(
      /runs another Spark/,
    );
    expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_SPARK_MISMATCH']]);
  });
});

describe('a driver that comes to a master of several Sparks', () => {
  const all = ['4.3.0', '3.5.6', '2.4.8'];

  it.each(all)('of Spark %s is answered as its own Spark would', async (spark) => {
    const several = start(...all);
    const alone = start(spark);
    for (const { session, handler } of [several, alone]) {
      handler.onRegister = (driver) => driver.registeredApplication('app-1');
      const question = session.request(envelopeFixture(`frames/${spark}/in-CheckExistence.bin`));
      expect(await booleanAnswer(question)).toBe(true);
      session.oneWay(envelopeFixture(`frames/${spark}/in-RegisterApplication.bin`));
      const [driver] = handler.drivers;
      driver?.executorAdded({ executorId: 0, workerId: 'w', hostPort: 'h:1', cores: 1, memoryMiB: 512 });
      driver?.executorUpdated({ executorId: 0, state: 'EXITED', message: 'gone', exitStatus: 137 });
      driver?.applicationRemoved('over');
      expect(driver?.sparks).toEqual([spark]);
    }
    const bytes = ({ connection }: typeof alone) =>
      connection.sent.map(({ content }) => Buffer.from(content));
    expect(bytes(several)).toHaveLength(4);
    expect(bytes(several)).toEqual(bytes(alone));
  });

  it('has all Sparks that speak as its own does, the best first', () => {
    const { handler, session } = start('3.5.6', '4.3.0', '4.1.0');
    session.oneWay(envelopeFixture('frames/4.1.0/in-RegisterApplication.bin'));
    expect(handler.drivers[0]?.sparks).toEqual(['4.3.0', '4.1.0']);
  });

  it('is spoken to as the one of these that it turns out to have', () => {
    const { handler, session } = start('4.3.0', '4.1.0');
    session.oneWay(envelopeFixture('frames/4.1.0/in-RegisterApplication.bin'));
    const [driver] = handler.drivers;
    driver?.speakAs('4.1.0');
    expect(driver?.sparks).toEqual(['4.1.0', '4.3.0']);
    driver?.speakAs('3.5.6');
    expect(driver?.sparks).toEqual(['4.3.0', '4.1.0']);
  });

  it('is told which Sparks there are where it has none of them', () => {
    const { connection, handler, session } = start('4.3.0', '3.5.6');
    session.oneWay(envelopeFixture('frames/2.4.8/in-RegisterApplication.bin'));
    expect(connection.refusals).toEqual([
      expect.stringMatching(/another Spark than the 2 .* in 4\.3\.0; .* in 3\.5\.6\. Use one of these/),
    ]);
    expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_SPARK_MISMATCH']]);
  });
});

describe('a peer that does not speak as it is asked to', () => {
  it('is reported once', () => {
    const { handler, session } = start('3.5.6');
    session.peerRefused(unwantedAuthentication('SASL'));
    session.peerRefused(unwantedAuthentication('AuthEngine'));
    expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_AUTHENTICATION_FAILED']]);
  });
});

describe('a master that takes over', () => {
  it('tells the driver, and has it back when it acknowledges', async () => {
    const { connection, handler, session } = start('3.5.6');
    const reference = { name: 'AppClient', address: { host: '127.0.0.1', port: 33561 } };
    const recalled = session.recall(reference, 'app-poc-23984-0000', 'http://10.0.0.9:8080');
    expect(connection.kinds).toEqual(['MasterChanged']);
    expect(connection.messages[0] && decodeMasterChanged(connection.messages[0])).toEqual({
      master: { name: 'Master', address: OWN_ADDRESS },
      masterWebUiUrl: 'http://10.0.0.9:8080',
    });
    session.oneWay(envelopeFixture('frames/3.5.6-failover/in-MasterChangeAcknowledged.bin'));
    const driver = await recalled;
    expect(driver.address).toEqual(reference.address);
    session.oneWay(envelopeFixture('frames/3.5.6-failover/in-UnregisterApplication.bin'));
    session.closed('gone');
    expect(handler.calls.map(([call]) => call)).toEqual(['unregisterApplication', 'driverDisconnected']);
  });

  it('is told when the connection ends before that', async () => {
    const { handler, session } = start('3.5.6');
    const recalled = session.recall({ name: 'AppClient', address: OWN_ADDRESS }, 'app-1', '');
    session.closed('reset');
    await expect(recalled).rejects.toMatchObject({ code: 'SPARK_RPC_DISCONNECTED' });
    expect(handler.calls).toEqual([]);
  });

  it('takes no acknowledgement that it did not ask for', () => {
    const { connection, handler, session } = start('3.5.6');
    session.oneWay(envelopeFixture('frames/3.5.6-failover/in-MasterChangeAcknowledged.bin'));
    expect(connection.refusals).toEqual([expect.stringContaining('no application of this connection')]);
    expect(handler.calls).toEqual([]);
  });
});

describe('what is not understood', () => {
  it('is refused, and the conversation goes on', async () => {
    const { connection, session } = start('3.5.6');
    const known = envelopeFixture('frames/3.5.6/in-CheckExistence.bin');
    await expect(session.request({ ...known, endpoint: 'Nobody' })).rejects.toThrow(
      'there is no endpoint Nobody here',
    );
    await expect(session.request({ ...known, endpoint: 'Master' })).rejects.toThrow(
      /Master knows no message of class/,
    );
    await expect(session.request({ ...known, endpoint: 'Worker' })).rejects.toThrow('no endpoint Worker');
    await expect(session.request({ ...known, content: Uint8Array.of(1, 2) })).rejects.toMatchObject({
      code: expect.stringMatching(/^JAVA_/),
    });
    session.oneWay({ ...known, content: Uint8Array.of(1, 2), endpoint: 'Master' });
    expect(connection.refusals).toHaveLength(5);
    expect(await booleanAnswer(session.request(known))).toBe(true);
  });

  it('is ignored where nobody waits for an answer, as the news of a newer Spark', () => {
    const { connection, handler, logger, session } = start('3.5.6');
    const known = envelopeFixture('frames/3.5.6/in-CheckExistence.bin');
    session.oneWay({ ...known, endpoint: 'Nobody' });
    session.oneWay({ ...known, endpoint: 'Master' });
    session.oneWay(envelopeFixture('frames/3.5.6-dyn/in-RequestExecutors.bin'));
    expect(connection.refusals).toEqual([]);
    expect(handler.calls).toEqual([]);
    expect(logger.lines.map(({ level, phrase }) => `${level}: ${phrase}`)).toEqual(
      Array.from({ length: 3 }, () => 'debug: ignored a message'),
    );
  });

  it('includes statements that come as questions', async () => {
    const { session } = start('3.5.6');
    const registration = envelopeFixture('frames/3.5.6/in-RegisterApplication.bin');
    await expect(session.request(registration)).rejects.toThrow(
      'RegisterApplication is a message without an answer',
    );
  });

  it('includes submissions, which are answered in a way that the submitter sees', async () => {
    const { session } = start('3.5.6');
    const status = envelopeFixture('frames/3.5.6-cluster/in-RequestDriverStatus.bin');
    const answer = readObjectStream(await session.request(status));
    expect(answer instanceof JavaObject && answer.fields.get('found')).toBe(false);
  });

  it('never makes the session throw, whatever bytes a message holds', async () => {
    const names = fixtureNames('frames/4.3.0-dyn').filter((name) => name.startsWith('in-'));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(names.length - 1),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }),
        async (which, flips) => {
          const { session } = start('4.3.0');
          const frame = Buffer.from(fixture(`frames/4.3.0-dyn/${names[which]}`));
          for (const [where, value] of flips) frame[21 + (where % (frame.byteLength - 21))] = value;
          const [event] = new RpcSession().push(frame);
          if (event?.kind === 'oneWay') session.oneWay(event.envelope);
          if (event?.kind !== 'request') return;
          await session.request(event.envelope).catch((error: unknown) => {
            expect(error).toMatchObject({ code: expect.stringMatching(/^(JAVA|SPARK_RPC)_/) });
          });
        },
      ),
      { numRuns: 400 },
    );
  });
});
