import { describe, expect, it } from 'vitest';
import { decodeMasterMessage } from '../../src/master-message.ts';
import { decodeCheckExistence } from '../../src/messages/check-existence.ts';
import { decodeRegisterApplication } from '../../src/messages/register-application.ts';
import { settingsOf } from '../../src/settings-request.ts';
import { envelopeFixture, fixtureNames, messageFixture, textFixture } from '../support.ts';

const FOLDERS = fixtureNames('frames');
const WITH_REGISTRATION = FOLDERS.filter((folder) =>
  fixtureNames(`frames/${folder}`).includes('in-RegisterApplication.bin'),
);

/** The record in words, as the stand-in that took the frames wrote it down. */
interface RecordedDescription {
  readonly appDescription: {
    readonly name: string;
    readonly user: string;
    readonly appUiUrl: string;
    readonly maxCores: number | null;
    readonly initialExecutorLimit: number | null;
    readonly command: {
      readonly mainClass: string;
      readonly arguments: string[];
      readonly environment: Record<string, string>;
      readonly classPathEntries: string[];
      readonly libraryPathEntries: string[];
      readonly javaOpts: string[];
    };
    readonly memoryPerExecutorMB?: number;
    readonly coresPerExecutor?: number | null;
    readonly defaultProfile?: {
      readonly _id: number;
      readonly executorResources: Partial<
        Record<'memory' | 'cores' | 'offHeap', { readonly amount: string }>
      >;
      readonly taskResources: { readonly cpus?: { readonly amount: number } };
    };
  };
  readonly driver: {
    readonly endpointAddress: {
      readonly name: string;
      readonly rpcAddress: { readonly host: string; readonly port: number };
    };
  };
}

function withoutClassNames(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== '$class'));
}

function profileOf({ appDescription }: RecordedDescription) {
  const { defaultProfile: profile } = appDescription;
  if (profile === undefined) {
    const cores = appDescription.coresPerExecutor;
    return {
      id: 0,
      memoryMiB: appDescription.memoryPerExecutorMB,
      ...(cores == null ? {} : { cores }),
      otherResources: new Map(),
    };
  }
  const { memory, cores, offHeap } = profile.executorResources;
  return {
    id: profile._id,
    memoryMiB: Number(memory?.amount),
    ...(cores === undefined ? {} : { cores: Number(cores.amount) }),
    ...(offHeap === undefined ? {} : { offHeapMiB: Number(offHeap.amount) }),
    otherResources: new Map(),
    taskCpus: profile.taskResources.cpus?.amount,
  };
}

describe('RegisterApplication', () => {
  it.each(WITH_REGISTRATION)('is read from the frames of %s as it was written down', (folder) => {
    const recorded: RecordedDescription = JSON.parse(
      textFixture(`frames/${folder}/RegisterApplication.json`),
      withoutClassNames,
    );
    const { appDescription, driver } = recorded;
    const { command } = appDescription;
    expect(decodeRegisterApplication(messageFixture(`frames/${folder}/in-RegisterApplication.bin`))).toEqual({
      kind: 'RegisterApplication',
      application: {
        name: appDescription.name,
        user: appDescription.user,
        appUiUrl: appDescription.appUiUrl,
        ...(appDescription.maxCores === null ? {} : { maxCores: appDescription.maxCores }),
        ...(appDescription.initialExecutorLimit === null
          ? {}
          : { initialExecutorLimit: appDescription.initialExecutorLimit }),
        command: { ...command, environment: new Map(Object.entries(command.environment)) },
        defaultProfile: profileOf(recorded),
      },
      driver: {
        name: driver.endpointAddress.name,
        address: driver.endpointAddress.rpcAddress,
      },
    });
  });

  it('comes for the endpoint Master, from the address of the driver that it names', () => {
    for (const folder of WITH_REGISTRATION) {
      const path = `frames/${folder}/in-RegisterApplication.bin`;
      const { endpoint, sender } = envelopeFixture(path);
      expect(endpoint).toBe('Master');
      expect(decodeRegisterApplication(messageFixture(path)).driver).toEqual({
        name: 'AppClient',
        address: sender,
      });
    }
  });
});

describe('the other messages of a driver', () => {
  it.each(FOLDERS)('are read from the frames of %s', (folder) => {
    const kinds = fixtureNames(`frames/${folder}`)
      .filter((name) => name.startsWith('in-') && !name.startsWith('in-auth'))
      .map((name) => {
        const wanted = name.slice('in-'.length).split('.')[0] ?? '';
        const message = messageFixture(`frames/${folder}/${name}`);
        const kind =
          wanted === 'CheckExistence'
            ? decodeCheckExistence(message).kind
            : decodeMasterMessage(message).kind;
        expect(kind).toBe(wanted);
        return kind;
      });
    expect(kinds).toContain('CheckExistence');
  });

  it('asks for executors with a number in Spark 2.4', () => {
    expect(decodeMasterMessage(messageFixture('frames/2.4.8-dyn/in-RequestExecutors.2.bin'))).toEqual({
      kind: 'RequestExecutors',
      appId: 'app-poc-12399-0000',
      totals: new Map([[0, { total: 1 }]]),
    });
  });

  it.each([
    ['3.5.6-dyn', 'app-poc-9587-0000'],
    ['4.3.0-dyn', 'app-poc-29759-0000'],
  ])('asks for executors by profile in %s', (folder, appId) => {
    expect(decodeMasterMessage(messageFixture(`frames/${folder}/in-RequestExecutors.2.bin`))).toEqual({
      kind: 'RequestExecutors',
      appId,
      totals: new Map([
        [
          0,
          {
            total: 1,
            profile: {
              id: 0,
              cores: 1,
              memoryMiB: 512,
              offHeapMiB: 0,
              otherResources: new Map(),
              taskCpus: 1,
            },
          },
        ],
      ]),
    });
  });

  it.each(['2.4.8-dyn', '3.5.6-dyn', '4.3.0-dyn'])('has executors ended by their ids in %s', (folder) => {
    expect(decodeMasterMessage(messageFixture(`frames/${folder}/in-KillExecutors.bin`))).toMatchObject({
      kind: 'KillExecutors',
      executorIds: ['0'],
    });
  });

  it('acknowledges a new master', () => {
    expect(
      decodeMasterMessage(messageFixture('frames/3.5.6-failover/in-MasterChangeAcknowledged.bin')),
    ).toEqual({
      kind: 'MasterChangeAcknowledged',
      appId: 'app-poc-23984-0000',
    });
  });

  it.each(['2.4.8-relay', '3.5.6-relay', '4.3.0-relay'])('tells its settings in %s', (folder) => {
    const settings = settingsOf(messageFixture(`frames/${folder}/spark-app-config.bin`));
    expect(settings.get('spark.app.name')).toBeDefined();
    expect(settings.get('spark.driver.host')).toBe('127.0.0.1');
    expect([...settings.keys()].every((key) => key.startsWith('spark.'))).toBe(true);
  });
});
