import { mesos } from '@spark-mesos/mesos-proto';
import { type Logger, parseDispatcherSettings } from '@spark-mesos/scheduler-utils';
import { FakeClock, FakeSchedulerPort, makeOffer, makeStatus } from '@spark-mesos/scheduler-utils/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dispatcher, type SubmissionRequest } from '../../src/index.ts';
import { rpcSubmissions } from '../../src/rpc/rpc-submissions.ts';
import { type AccessRules, sha256Of } from '../../src/security/access-file.ts';
import { FaultyStore } from '../../src/testing/index.ts';
import { requestOf } from '../core/bench.ts';
import { serve } from '../support/server.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;

/** Where a user may put a secret, and how. */
const PLACES: readonly ((secret: string) => Partial<SubmissionRequest>)[] = [
  (secret) => ({ properties: { 'spark.hadoop.fs.s3a.secret.key': secret } }),
  (secret) => ({ properties: { 'spark.ssl.rpc.keyPassword': secret, 'spark.comment': `it is ${secret}` } }),
  (secret) => ({ properties: { 'spark.authenticate.secret': secret } }),
  (secret) => ({ properties: { 'spark.mesos.secret': secret, 'spark.mesos.principal': 'me' } }),
  (secret) => ({
    properties: {
      'spark.mesos.driver.secret.values': `${secret},other`,
      'spark.mesos.driver.secret.envkeys': 'A,B',
    },
  }),
  // Not as many names as values: it is refused.
  (secret) => ({ properties: { 'spark.mesos.executor.secret.values': `${secret},${secret}x` } }),
  (secret) => ({ properties: { 'spark.executor.extraJavaOptions': `-Da=1 -Dx.password="${secret}"` } }),
  (secret) => ({ properties: { 'spark.mesos.uris': `https://a@h/x,https://b:${secret}@h/y` } }),
  (secret) => ({ properties: { 'spark.mesos.driverEnv.DB_PASSWORD': secret } }),
  (secret) => ({ properties: { 'spark.x.password': secret.repeat(8000) } }),
  (secret) => ({ environment: { SPARK_DB_TOKEN: secret } }),
  (secret) => ({ environment: { SPARK_CONNECTION: `jdbc:x://me:${secret}@db/` } }),
  (secret) => ({ arguments: ['--password', secret, `--again=${secret}`] }),
  (secret) => ({ arguments: [`--api-token=${secret}`] }),
  (secret) => ({ appResource: `https://me:${secret}@files/app.jar`, mainClass: '' }),
  (secret) => ({ appResource: `https://me:${secret}@files/` }),
  (secret) => ({ appResource: `https://files/app.jar?X-Amz-Signature=${secret}` }),
];

/** What is wrong beside it, or nothing. */
const FAULTS: readonly Record<string, string>[] = [
  ...Array.from({ length: 8 }, () => ({})),
  { 'spark.driver.cores': 'many' },
  { 'spark.mesos.driver.labels': 'x' },
  { 'spark.mesos.dispatcher.queue': 'none' },
];

const TOKEN = 'correct horse battery staple'.replaceAll(' ', '-');
const RULES: AccessRules = {
  tokens: [{ name: 'nightly', role: 'admin', sha256: sha256Of(TOKEN) }],
  certificates: [],
};
const TOKEN_PROPERTY = { 'spark.mesos.dispatcher.token': TOKEN };

function keepingLogger(lines: string[]): Logger {
  const keep = (fields: object, phrase: string) =>
    void lines.push(
      JSON.stringify(fields, (_, value) => (value instanceof Error ? value.stack : value)) + phrase,
    );
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep, child: () => logger };
  return logger;
}

/** A dispatcher with everything through which something comes out of it. */
async function open() {
  const seen: string[] = [];
  const parsed = parseDispatcherSettings({ 'spark.home': '/opt/spark' });
  if (!parsed.ok) throw new Error('refused');
  const ports: FakeSchedulerPort[] = [];
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  const logger = keepingLogger(seen);
  const dispatcher = await Dispatcher.start({
    settings: parsed.settings,
    identity: { user: 'nobody', name: 'drivers' },
    connect: () => {
      const port = new FakeSchedulerPort();
      ports.push(port);
      return port;
    },
    store: new FaultyStore(),
    masterUrlOf: () => 'spark://gateway:7077',
    clock,
    logger,
  });
  dispatcher.subscribe((event) => void seen.push(JSON.stringify(event)));
  const { ask } = await serve({ service: dispatcher, access: RULES, logger });
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const push = (event: mesos.v1.scheduler.IEvent) => {
    ports.at(-1)?.push({ kind: 'mesos', event });
    return settle();
  };
  while (!dispatcher.readiness().subscribed) {
    ports.at(-1)?.push({ kind: 'subscribed', frameworkId: 'fw' });
    await settle();
  }
  return {
    dispatcher,
    seen,
    calls: () => ports.flatMap(({ calls }) => calls),
    clock,
    settle,
    push,
    look: async (path: string, method = 'GET', body?: object) => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const answer = await ask(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      seen.push(answer.text);
      return answer;
    },
    byRpc: rpcSubmissions({ service: dispatcher, access: RULES }),
  };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Submits in one of the three ways; undefined where it was refused. */
async function submit(
  opened: Opened,
  way: 'v1' | 'v2' | 'rpc',
  request: SubmissionRequest,
): Promise<string | undefined> {
  const properties = { ...request.properties, ...TOKEN_PROPERTY };
  if (way === 'v2') {
    const { submissionId } = (
      await opened.look('/api/v2/submissions', 'POST', { ...request, properties })
    ).json();
    return submissionId as string | undefined;
  }
  if (way === 'v1') {
    const { submissionId } = (
      await opened.look('/v1/submissions/create', 'POST', {
        action: 'CreateSubmissionRequest',
        clientSparkVersion: '4.0.0',
        appResource: request.appResource,
        mainClass: request.mainClass,
        appArgs: request.arguments,
        environmentVariables: request.environment,
        sparkProperties: properties,
      })
    ).json();
    return submissionId as string | undefined;
  }
  const answer = await opened.byRpc.submitDriver(
    {
      jarUrl: request.appResource,
      memoryMiB: 512,
      cores: 1,
      supervise: true,
      command: {
        mainClass: request.mainClass,
        arguments: [...request.arguments],
        environment: new Map(Object.entries(request.environment)),
        classPathEntries: [],
        libraryPathEntries: [],
        javaOpts: Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      },
    },
    { authenticated: false, remoteAddress: '10.0.0.7', sparks: [] },
  );
  opened.seen.push(JSON.stringify(answer));
  return answer.driverId;
}

/** Has a driver run, fail, be started again and be killed, and looks at it all the while. */
async function live(opened: Opened, id: string): Promise<void> {
  const { push, look, clock, settle } = opened;
  const offers = (name: string) =>
    push({ type: EventType.OFFERS, offers: { offers: [makeOffer({ id: name, cpus: 4, memMiB: 4096 })] } });
  const update = (state: 'TASK_RUNNING' | 'TASK_FAILED') =>
    push({ type: EventType.UPDATE, update: { status: makeStatus(id, state) } });
  const lookAround = async () => {
    for (const path of ['', `/${id}`, `/${id}/explain`]) await look(`/api/v2/submissions${path}`);
    for (const path of ['queues', 'retries', 'statistics', 'readiness']) await look(`/api/v2/${path}`);
    await look(`/v1/submissions/status/${id}`);
  };
  await lookAround();
  await offers(`first-${id}`);
  await update('TASK_RUNNING');
  await lookAround();
  await update('TASK_FAILED');
  await lookAround();
  clock.advance(1_000);
  await settle();
  await offers(`second-${id}`);
  await look(`/api/v2/submissions/${id}/resubmit`, 'POST', { properties: TOKEN_PROPERTY });
  await look(`/v1/submissions/kill/${id}`, 'POST');
  await lookAround();
}

/** The words of all command lines, but for the application's own. */
function commandLines({ calls }: Opened, request: SubmissionRequest): string {
  const tasks = calls().flatMap(({ accept }) => accept?.operations?.[0]?.launch?.taskInfos ?? []);
  const words = tasks.flatMap(({ command }) => command?.arguments ?? []);
  return JSON.stringify([
    words.filter((word) => !request.arguments.includes(word)),
    tasks.map(({ name, labels }) => [name, labels]),
  ]);
}

test('U24, U103, D85: a secret that is put anywhere in a submission comes out nowhere', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.stringMatching(/^[A-Za-z0-9]{12,20}$/),
      fc.uniqueArray(fc.constantFrom(...PLACES), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...FAULTS),
      fc.constantFrom('v1', 'v2', 'rpc'),
      async (text, places, fault, way) => {
        const secret = `q7${text}`;
        const parts = places.map((place) => place(secret));
        const base = requestOf({ 'spark.driver.supervise': 'true', ...fault });
        const request: SubmissionRequest = {
          ...Object.assign({}, base, ...parts),
          properties: Object.assign({}, base.properties, ...parts.map(({ properties }) => properties)),
          environment: Object.assign({}, ...parts.map(({ environment }) => environment)),
          arguments: parts.flatMap((part) => part.arguments ?? []),
        };
        const opened = await open();
        const id = await submit(opened, way, request);
        if (id !== undefined) await live(opened, id);
        expect(opened.seen.length).toBeGreaterThan(id === undefined ? 0 : 20);
        const shown = opened.seen.join('\n');
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(TOKEN);
        expect(commandLines(opened, request)).not.toContain(secret);
        expect(JSON.stringify(opened.calls())).not.toContain(TOKEN);
        await opened.dispatcher.close();
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

test('U24: nothing of a request that cannot be read is in the answer or the log', async () => {
  const { look, seen, dispatcher } = await open();
  for (const body of [
    { action: 'CreateSubmissionRequest', sparkProperties: { password: ['geheimnis'] } },
    { action: 'geheimnis' },
    { appResource: 'a.py', properties: { token: { geheimnis: 1 } } },
    { appResource: 'a.py', geheimnis: 'geheimnis' },
  ]) {
    await look('/v1/submissions/create', 'POST', body);
    await look('/api/v2/submissions', 'POST', body);
  }
  expect(seen.join('\n').replaceAll(/unrecognized key: \\?"geheimnis\\?"/gi, '')).not.toContain('geheimnis');
  await dispatcher.close();
});
