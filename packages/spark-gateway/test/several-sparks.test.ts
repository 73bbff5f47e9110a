import { MemoryStore } from '@spark-mesos/durable-store';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { beforeEach, describe, expect, test } from 'vitest';
import { ApplicationSpark } from '../src/application-spark.ts';
import { Applications } from '../src/applications.ts';
import { DriverRecall, type RecalledApplication } from '../src/driver-recall.ts';
import { GatewayJournal } from '../src/journal.ts';
import { application, FakeDriver, fakeContext, HeardEvents, placement, settled } from './support/fakes.ts';

const OLD = { home: '/opt/spark-3.5.6', version: '3.5.6' };
const NEW = { home: '/opt/spark-4.1.0', version: '4.1.0' };
const NEWER = { home: '/opt/spark-4.3.0', version: '4.3.0' };
const SPARKS = [OLD, NEW, NEWER];

let heard: HeardEvents;
let applications: Applications;
let made: ReturnType<typeof fakeContext>;
let driver: FakeDriver;
let store: MemoryStore;
let sayVersion: (version: string | undefined) => void;

beforeEach(() => {
  store = new MemoryStore();
  heard = new HeardEvents();
  made = fakeContext(heard, {
    sparks: SPARKS,
    journal: new GatewayJournal(store, silentLogger),
    readDriverVersion: () =>
      new Promise((resolve) => {
        sayVersion = resolve;
      }),
  });
  applications = new Applications(made.context);
  driver = new FakeDriver();
});

function backend() {
  const [found] = made.backends;
  if (found === undefined) throw new Error('there is no engine');
  return found;
}

/** A driver of a Spark that speaks as these do. */
async function running(sparks: readonly { readonly home: string }[]): Promise<void> {
  driver.sparks = sparks.map(({ home }) => home);
  applications.registerApplication(application({ initialExecutorLimit: 2 }), driver);
  await settled();
  backend().application.registered('f-1');
  await settled();
}

/** Where executors that are launched now find their Spark. */
function executorHome(): string | undefined {
  const { command } = backend().application.launch(placement());
  return command.environment?.variables?.find(({ name }) => name === 'SPARK_HOME')?.value ?? undefined;
}

/** The Spark that is written down. */
async function written(): Promise<unknown> {
  const found = (await store.entries()).find(({ key }) => key === 'applications/f-1');
  return JSON.parse(Buffer.from(found?.value ?? []).toString('utf8')).spark;
}

const totals = () => backend().calls.filter(([call]) => call === 'totals');
const WANTED = ['totals', { 0: { memoryMiB: 1024, total: 2 } }];

describe('an application of a gateway of several Sparks', () => {
  test('has executors of the Spark that its driver speaks as', async () => {
    await running([NEW]);
    expect(totals()).toEqual([WANTED]);
    expect(executorHome()).toBe(NEW.home);
    expect(backend().request.driver.spark).toEqual(NEW);
    expect(await written()).toEqual(NEW);
    sayVersion('4.1.0');
    await settled();
    expect(totals()).toEqual([WANTED]);
    expect(driver.told).toEqual([['registered', 'f-1']]);
  });

  test('waits for the version of its driver where several Sparks speak alike, and has executors of that', async () => {
    await running([NEW, NEWER]);
    expect(totals()).toEqual([['totals', {}]]);
    sayVersion('4.3.0');
    await settled();
    expect(totals()).toEqual([['totals', {}], WANTED]);
    expect(executorHome()).toBe(NEWER.home);
    expect(driver.told).toEqual([
      ['registered', 'f-1'],
      ['speak-as', NEWER.home],
    ]);
    expect(await written()).toEqual(NEWER);
  });

  test('has the first of those where its driver does not say', async () => {
    await running([NEW, NEWER]);
    sayVersion(undefined);
    await settled();
    expect(totals().at(-1)).toEqual(WANTED);
    expect(executorHome()).toBe(NEW.home);
  });

  test('does not ask a driver without a page, and has the first at once', async () => {
    driver.sparks = [NEW.home, NEWER.home];
    applications.registerApplication(application({ initialExecutorLimit: 2, appUiUrl: '' }), driver);
    await settled();
    backend().application.registered('f-1');
    await settled();
    expect(totals().at(-1)).toEqual(WANTED);
    expect(executorHome()).toBe(NEW.home);
  });

  test('C72: is ended with all versions where there is none of its own', async () => {
    await running([NEW, NEWER]);
    sayVersion('4.2.0');
    await settled();
    const text =
      /runs Spark 4\.2\.0, .* are 3\.5\.6 \(.*\), 4\.1\.0 \(.*\), 4\.3\.0 \(.*\): start it with a Spark 4\.2\.0 as well/;
    expect(driver.told.at(-1)).toEqual(['removed', expect.stringMatching(text)]);
    expect(totals()).not.toContainEqual(WANTED);
  });

  test('that ends before its driver says the version places nothing after', async () => {
    await running([NEW, NEWER]);
    applications.unregisterApplication('f-1', driver);
    const before = backend().calls.length;
    sayVersion('4.3.0');
    await settled();
    expect(backend().calls).toHaveLength(before);
  });

  test('is called back by the next gateway as the Spark that it has', async () => {
    await running([NEW, NEWER]);
    sayVersion('4.3.0');
    await settled();
    const called: RecalledApplication[] = [];
    const next = fakeContext(new HeardEvents(), {
      sparks: [OLD, NEW, { ...NEWER, home: '/elsewhere' }],
      journal: new GatewayJournal(store, silentLogger),
    });
    const restored = new Applications(next.context);
    const call = async (one: RecalledApplication) => {
      called.push(one);
      return new FakeDriver('connection-7');
    };
    restored.recallWith(new DriverRecall({ call, timeoutMs: 1000, clock: next.clock, logger: silentLogger }));
    restored.restore(await new GatewayJournal(store, silentLogger).restore());
    await settled();
    expect(called.map(({ spark }) => spark)).toEqual([{ home: '/elsewhere', version: '4.3.0' }]);
    expect(next.backends[0]?.calls).toContainEqual(WANTED);
  });
});

describe('the Spark of an application', () => {
  test.each([
    ['is the one at its home', NEW, NEW],
    ['is the one of its version where that moved', { home: '/gone', version: '4.3.0' }, NEWER],
    ['is the one of its version where its home has another now', { ...NEW, version: '3.5.6' }, OLD],
    ['is the one at its home where its version is nowhere', { ...NEW, version: '4.0.0' }, NEW],
    ['is the first where there is nothing of it', { home: '/gone', version: '2.4.8' }, OLD],
    ['is the first where an older gateway did not write it down', undefined, OLD],
  ])('%s', (_, record, expected) => {
    const spark = ApplicationSpark.restored(SPARKS, record);
    expect(spark.current).toEqual(expected);
    expect(spark.isOpen).toBe(false);
  });

  test('is not open where those that fit are of one version', () => {
    const twin = { home: '/mnt/spark', version: '4.1.0' };
    const spark = ApplicationSpark.ofDriver([NEW, twin], [NEW.home, twin.home]);
    expect(spark.isOpen).toBe(false);
    expect(spark.current).toEqual(NEW);
  });
});
