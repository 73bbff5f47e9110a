import { request } from 'node:http';
import { connect } from 'node:net';
import {
  describeZooKeeper,
  formatAddress,
  type MasterAddress,
  parseMasterAddresses,
  parseZooKeeperAddress,
} from '@spark-mesos/mesos-client';
import { SubmitError } from './errors.ts';

const TIMEOUT_MS = 5000;

/**
 * Knocks at the master before a JVM is started: a wrong address is told in a moment instead of after Spark's own
 * start. Of several masters one has to answer; which of them leads is found out later. Every Mesos tells its version
 * without credentials; what else stands in front of one, and asks for some, is let pass here.
 */
export async function checkMaster(url: string, timeoutMs: number = TIMEOUT_MS): Promise<void> {
  if (url.startsWith('mesos://zk://')) {
    await checkZooKeeper(url.slice('mesos://'.length), timeoutMs);
    return;
  }
  // Masters that speak TLS are the client's business.
  if (/^mesos:\/\/[a-z]+:\/\//.test(url)) return;
  const addresses = parseMasterAddresses(url);
  const reasons = await reasonsOfSilence(addresses, (address) => knock(address, timeoutMs));
  if (reasons === undefined) return;
  throw new SubmitError(
    'SUBMIT_NO_MASTER',
    `no Mesos master answers: ${reasons}. Check the address in --master ${url} and that the master ` +
      'runs, or use an embedded one: --master mesos://local[2]',
  );
}

/** Whether anybody is there to say which master leads. A password in the address is not told. */
async function checkZooKeeper(url: string, timeoutMs: number): Promise<void> {
  const address = parseZooKeeperAddress(url);
  const reasons = await reasonsOfSilence(address.servers, (server) => knockAtPort(server, timeoutMs));
  if (reasons === undefined) return;
  throw new SubmitError(
    'SUBMIT_NO_MASTER',
    `no ZooKeeper answers that could tell where the Mesos master is: ${reasons}. Check the addresses in ` +
      `--master mesos://${describeZooKeeper(address)} and that ZooKeeper runs, or name the master itself: ` +
      '--master mesos://host:5050',
  );
}

/** Why none of them answers; undefined if one does. */
async function reasonsOfSilence<T>(
  all: readonly T[],
  knockAt: (one: T) => Promise<void>,
): Promise<string | undefined> {
  const answers = await Promise.allSettled(all.map(knockAt));
  if (answers.some(({ status }) => status === 'fulfilled')) return undefined;
  return answers
    .map((answer) => (answer.status === 'rejected' ? (answer.reason as Error).message : ''))
    .join('; ');
}

function knockAtPort({ host, port }: MasterAddress, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(timeoutMs) });
    socket.on('error', (cause) =>
      reject(new Error(`${host}:${port} ${reasonOf(cause, timeoutMs)}`, { cause })),
    );
    socket.on('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** With plain HTTP: `fetch` refuses ports on which browsers expect no web server. */
async function knock(master: MasterAddress, timeoutMs: number): Promise<void> {
  const address = formatAddress(master);
  const status = await statusOf(`http://${address}/version`, timeoutMs).catch((error: unknown) => {
    throw new Error(`${address} ${reasonOf(error, timeoutMs)}`, { cause: error });
  });
  if (status === 404) {
    throw new Error(`${address} is a web server, but not a Mesos master: it answered 404 to /version`);
  }
}

function statusOf(url: string, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    asked.on('error', reject);
    asked.end();
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection: nothing listens there',
  ENOTFOUND: 'is not known: the name leads to no address',
  EAI_AGAIN: 'is not known: the name server does not answer',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ECONNRESET: 'drops the connection: what listens there is no Mesos master',
};

function reasonOf(error: unknown, timeoutMs: number): string {
  const { name, code = '', message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return `does not answer within ${timeoutMs / 1000} s`;
  return REASONS[code] ?? `does not speak HTTP: what listens there is no Mesos master (${message})`;
}
