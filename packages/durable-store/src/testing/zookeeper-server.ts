import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { endSession, ownersIn } from './session-expiry.ts';

/** Runs a command, and ends it when the process that holds its standard input does, however that came about. */
const GUARD_SCRIPT = 'exec 3<&0; "$@" & child=$!; (cat <&3 >/dev/null; kill "$child") & wait "$child"';
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const STOP_TIMEOUT_MS = 10_000;

/** Settings of a {@link ZooKeeperTestServer}. */
export interface ZooKeeperTestServerOptions {
  /** Whose `jars` have ZooKeeper. Default: the first of SPARK_MESOS_TEST_SPARKS, else SPARK_HOME, else one that was fetched. */
  readonly sparkHome?: string;
}

/**
 * A real ZooKeeper on loopback, on a free port, with its data in a temporary folder.
 *
 * It is run by java from the jars that every Spark has with it, so nothing is downloaded. Sessions live for 4 s at
 * least, which is 20 of its ticks.
 */
export class ZooKeeperTestServer {
  readonly port: number;
  readonly #directory: string;
  readonly #classPath: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, directory: string, classPath: string) {
    this.port = port;
    this.#directory = directory;
    this.#classPath = classPath;
  }

  /** Resolves when it serves; rejects with what is missing. */
  static async start(options: ZooKeeperTestServerOptions = {}): Promise<ZooKeeperTestServer> {
    const classPath = join(jarsOf(options.sparkHome ?? sparkHomeOfEnvironment()), '*');
    const directory = await mkdtemp(join(tmpdir(), 'zookeeper-'));
    const server = new ZooKeeperTestServer(await freePort(), directory, classPath);
    try {
      await server.resume();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  /** `host:port`, for a connect string. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it again after {@link stop}, with what it knew. */
  async resume(): Promise<void> {
    const settings = join(this.#directory, 'settings.properties');
    await writeFile(
      settings,
      [
        'tickTime=200',
        `dataDir=${this.#directory}`,
        `clientPort=${this.port}`,
        'clientPortAddress=127.0.0.1',
        'maxClientCnxns=0',
        'admin.enableServer=false',
        '4lw.commands.whitelist=srvr,dump',
        '',
      ].join('\n'),
    );
    const home = process.env.JAVA_HOME;
    const java = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
    const flags = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-Dzookeeper.forceSync=no', '-cp', this.#classPath];
    const command = [java, ...flags, 'org.apache.zookeeper.server.ZooKeeperServerMain', settings];
    const child = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'zookeeper', ...command], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.#process = child;
    // Written to when it is to end; it may have ended by itself.
    child.stdin.on('error', () => {});
    const errors = lastTextOf(child);
    await this.#serving(child, errors);
  }

  /** Ends it as a machine would that fails: nobody is told. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const exited = once(child, 'exit');
    child.stdin?.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }

  /**
   * Ends the sessions that own a node below a path, such as those of candidates of an election, as happens to clients that ZooKeeper
   * has not heard of for too long. Resolves to how many there were, when they are over.
   */
  async expireSessions(below: string): Promise<number> {
    const sessions = await this.#sessionsBelow(below);
    for (let left = sessions; left.length > 0; ) {
      await Promise.all(left.map((session) => endSession(this.port, session)));
      const alive = await this.#sessionsBelow(below);
      left = sessions.filter((session) => alive.includes(session));
    }
    return sessions.length;
  }

  async #sessionsBelow(below: string): Promise<readonly bigint[]> {
    const owners = [...ownersIn(await answerTo('dump', this.port))];
    const found = owners.filter(([, paths]) => paths.some((path) => path.startsWith(`${below}/`)));
    return found.map(([session]) => session);
  }

  /** Ends it and removes its data. */
  async close(): Promise<void> {
    await this.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #serving(child: ChildProcess, errors: () => string): Promise<void> {
    const end = Date.now() + START_TIMEOUT_MS;
    while (!(await answers(this.port))) {
      if (child.exitCode !== null || Date.now() > end) {
        throw new Error(`ZooKeeper cannot be started with java from ${this.#classPath}: ${errors()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

function sparkHomeOfEnvironment(): string {
  const { SPARK_MESOS_TEST_SPARKS = '', SPARK_HOME = '' } = process.env;
  const [first = ''] = SPARK_MESOS_TEST_SPARKS.split(delimiter);
  const home = [first, SPARK_HOME, ...fetchedSparks()].find((candidate) => candidate !== '');
  if (home === undefined) {
    throw new Error(
      'a test needs a real ZooKeeper, which comes with every Spark: set SPARK_MESOS_TEST_SPARKS or SPARK_HOME ' +
        'to the folder of a Spark, or fetch one with "node scripts/spark.mjs" ("npm test" in the root does)',
    );
  }
  return home;
}

/** Where scripts/spark.mjs puts them. */
function fetchedSparks(): string[] {
  const { SPARK_MESOS_CACHE, XDG_CACHE_HOME } = process.env;
  const cache = SPARK_MESOS_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'spark-mesos');
  const names = existsSync(cache) ? readdirSync(cache) : [];
  return names
    .filter((name) => name.startsWith('spark-'))
    .map((name) => join(cache, name, 'pyspark'))
    .filter((home) => existsSync(join(home, 'jars')));
}

function jarsOf(sparkHome: string): string {
  const jars = join(sparkHome, 'jars');
  const names = existsSync(jars) ? readdirSync(jars) : [];
  if (!names.some((name) => /^zookeeper-\d.*\.jar$/.test(name))) {
    throw new Error(`a test needs a real ZooKeeper: ${jars} should have zookeeper-*.jar, and has not`);
  }
  return jars;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether a ZooKeeper tells its state there. */
async function answers(port: number): Promise<boolean> {
  return (await answerTo('srvr', port)).includes('Mode:');
}

/** What a ZooKeeper answers to one of its words of four letters; nothing where none answers. */
function answerTo(word: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(word));
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(text));
  });
}

function lastTextOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-2000);
  });
  return () => text.trim();
}
