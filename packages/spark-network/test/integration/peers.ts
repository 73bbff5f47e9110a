import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  ClientAuthentication,
  type ClientAuthenticationOptions,
  type Frame,
  FrameChannel,
  firstByte,
  openSocket,
  ServerAuthentication,
  type ServerAuthenticationOptions,
  secureInbound,
  type TlsMaterial,
} from '../../src/index.ts';

/** The homes of the Sparks to test with, from the environment. Their absence is a failure and no reason to pass. */
export function testSparks(): string[] {
  const homes = (process.env.SPARK_MESOS_TEST_SPARKS ?? '').split(delimiter).filter((home) => home !== '');
  if (homes.length > 0) return homes;
  throw new Error(
    `set SPARK_MESOS_TEST_SPARKS to one or more Spark homes with "${delimiter}" between them: ` +
      "this test talks to real Sparks' classes",
  );
}

/** Spark's own network classes in a Java of their own; see SecurityProbe.java. */
export class JavaPeer {
  readonly #java: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #errors = '';

  constructor(home: string) {
    const source = fileURLToPath(new URL('./SecurityProbe.java', import.meta.url));
    this.#java = spawn('java', ['-cp', join(home, 'jars', '*'), source]);
    this.#java.stderr.on('data', (chunk) => {
      this.#errors = `${this.#errors}${chunk}`.slice(-4000);
    });
    this.#answers = createInterface({ input: this.#java.stdout })[Symbol.asyncIterator]();
  }

  async #say(words: readonly string[]): Promise<string> {
    this.#java.stdin.write(`${words.join(' ')}\n`);
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done) throw new Error(`the probe has ended: ${this.#errors}`);
      if (value.startsWith('> ')) return value.slice(2);
    }
  }

  /** Has it connect, authenticate and ask; resolves to `ok` or what went wrong. */
  ask(port: number, secret: string | undefined, settings: Readonly<Record<string, string>>): Promise<string> {
    return this.#say(['ask', String(port), secret ?? '-', ...wordsOf(settings)]);
  }

  /** Whether a class below org.apache.spark.network has a method; so much differs between Sparks. */
  async has(className: string, method: string): Promise<boolean> {
    return (await this.#say(['has', className, method])) === 'true';
  }

  /** Has it listen and echo; resolves to its port. */
  async serve(secret: string | undefined, settings: Readonly<Record<string, string>>): Promise<number> {
    const answer = await this.#say(['serve', secret ?? '-', ...wordsOf(settings)]);
    if (!answer.startsWith('port ')) throw new Error(answer);
    return Number(answer.slice('port '.length));
  }

  async close(): Promise<void> {
    if (this.#java.exitCode !== null) return;
    const exit = once(this.#java, 'exit');
    this.#java.stdin.end();
    await exit;
  }
}

function wordsOf(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).map(([key, value]) => `${key}=${value}`);
}

/** How clients of an {@link EchoServer} have authenticated themselves. */
export interface EchoLog {
  readonly mechanism: string;
  readonly encrypted: boolean;
}

/** Echoes questions to those who have authenticated themselves, built of this package's parts. */
export class EchoServer {
  readonly log: EchoLog[] = [];
  readonly failures: string[] = [];
  readonly #server: Server;
  readonly #options: ServerAuthenticationOptions;

  private constructor(options: ServerAuthenticationOptions, tls: TlsMaterial | undefined) {
    this.#options = options;
    this.#server = createServer((socket) => {
      if (tls === undefined) this.#accept(socket);
      else void this.#secure(socket, tls);
    });
  }

  static async listen(options: ServerAuthenticationOptions, tls?: TlsMaterial): Promise<EchoServer> {
    const echo = new EchoServer(options, tls);
    echo.#server.listen(0, '127.0.0.1');
    await once(echo.#server, 'listening');
    return echo;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  async #secure(socket: Socket, tls: TlsMaterial): Promise<void> {
    await firstByte(socket, 5000);
    const outcome = await secureInbound(socket, tls, 5000);
    if (outcome.ok) this.#accept(outcome.socket);
    else this.failures.push(outcome.reason);
  }

  #accept(socket: Socket): void {
    const channel = new FrameChannel();
    let authentication: ServerAuthentication | undefined = new ServerAuthentication(this.#options);
    const send = (frame: Frame) => {
      for (const part of channel.encode(frame)) socket.write(part);
    };
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      channel.append(chunk);
      for (let frame = channel.next(); frame !== undefined; frame = channel.next()) {
        if (frame.type !== 'RpcRequest') throw new Error(frame.type);
        const { requestId, body } = frame;
        if (authentication === undefined) {
          send({ type: 'RpcResponse', requestId, body });
          continue;
        }
        const step = authentication.step(body);
        if ('answer' in step) send({ type: 'RpcResponse', requestId, body: step.answer });
        else send({ type: 'RpcFailure', requestId, error: step.error });
        if (step.kind === 'failed') {
          this.failures.push(step.reason);
          socket.destroySoon();
          return;
        }
        if (step.kind !== 'authenticated') continue;
        authentication = undefined;
        this.log.push({ mechanism: step.mechanism, encrypted: step.cipher !== undefined });
        if (step.cipher !== undefined) channel.useCipher(step.cipher);
      }
    });
  }
}

/** Connects, authenticates, and has these bodies echoed. Throws what went wrong. */
export async function askEcho(
  port: number,
  bodies: readonly Uint8Array[],
  options: ClientAuthenticationOptions | undefined,
  tls?: TlsMaterial,
): Promise<readonly Uint8Array[]> {
  const socket = openSocket({ host: '127.0.0.1', port }, tls);
  await once(socket, tls === undefined ? 'connect' : 'secureConnect');
  const channel = new FrameChannel();
  const frames = framesOf(socket, channel);
  const next = async (): Promise<Frame> => {
    const { value, done } = await frames.next();
    if (done) throw new Error('closed');
    return value;
  };
  const ask = async (body: Uint8Array): Promise<Frame> => {
    for (const part of channel.encode({ type: 'RpcRequest', requestId: 1n, body })) socket.write(part);
    return next();
  };
  try {
    if (options !== undefined) {
      const authentication = new ClientAuthentication(options);
      for (let body: Uint8Array | undefined = authentication.start(); body !== undefined; ) {
        const answer = await ask(body);
        if (answer.type !== 'RpcResponse' && answer.type !== 'RpcFailure') throw new Error(answer.type);
        const step =
          answer.type === 'RpcResponse'
            ? authentication.answered(answer.body)
            : authentication.refused(answer.error);
        body = step.kind === 'ask' ? step.body : undefined;
        if (step.kind === 'authenticated' && step.cipher !== undefined) channel.useCipher(step.cipher);
      }
    }
    const echoed: Uint8Array[] = [];
    for (const body of bodies) {
      const answer = await ask(body);
      if (answer.type !== 'RpcResponse') throw new Error(JSON.stringify(answer.type));
      echoed.push(answer.body);
    }
    return echoed;
  } finally {
    socket.destroy();
  }
}

async function* framesOf(socket: Socket, channel: FrameChannel): AsyncGenerator<Frame> {
  for await (const chunk of socket) {
    channel.append(chunk as Uint8Array);
    for (let frame = channel.next(); frame !== undefined; frame = channel.next()) yield frame;
  }
}
