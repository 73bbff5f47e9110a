import { formatAddress, type MasterAddress, parseMasterAddresses } from '@spark-mesos/mesos-client';
import { SubmitError } from './errors.ts';

const TIMEOUT_MS = 5000;

/**
 * Knocks at the master before a JVM is started: a wrong address is told in a moment instead of after Spark's own
 * start. Of several masters one has to answer; which of them leads is found out later. Every Mesos tells its version
 * without credentials; what else stands in front of one, and asks for some, is let pass here.
 */
export async function checkMaster(url: string, timeoutMs: number = TIMEOUT_MS): Promise<void> {
  const addresses = parseMasterAddresses(url);
  const answers = await Promise.allSettled(addresses.map((address) => knock(address, timeoutMs)));
  if (answers.some(({ status }) => status === 'fulfilled')) return;
  const reasons = answers.map((answer) =>
    answer.status === 'rejected' ? (answer.reason as Error).message : '',
  );
  throw new SubmitError(
    'SUBMIT_NO_MASTER',
    `no Mesos master answers: ${reasons.join('; ')}. Check the address in --master ${url} and that the master ` +
      'runs, or use an embedded one: --master mesos://local[2]',
  );
}

async function knock(master: MasterAddress, timeoutMs: number): Promise<void> {
  const address = formatAddress(master);
  let response: Response;
  try {
    response = await fetch(`http://${address}/version`, {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'manual',
    });
    await response.body?.cancel();
  } catch (error) {
    throw new Error(`${address} ${reasonOf(error, timeoutMs)}`, { cause: error });
  }
  if (response.status === 404) {
    throw new Error(`${address} is a web server, but not a Mesos master: it answered 404 to /version`);
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if ((error as Error).name === 'TimeoutError') return `does not answer within ${timeoutMs / 1000} s`;
  const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'refuses the connection: nothing listens there',
    ENOTFOUND: 'is not known: the name leads to no address',
    EAI_AGAIN: 'is not known: the name server does not answer',
    EHOSTUNREACH: 'cannot be reached',
    ENETUNREACH: 'cannot be reached',
    ECONNRESET: 'drops the connection: what listens there is no Mesos master',
  };
  return (
    known[code] ?? `does not speak HTTP: what listens there is no Mesos master (${code || String(error)})`
  );
}
