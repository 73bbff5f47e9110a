import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';

/** How somebody is asked. */
export interface AskOptions {
  /** A name and a secret, for Mesos that asks for them (`--http_credentials`). */
  readonly credentials?: { readonly principal: string; readonly secret: string } | undefined;
  readonly longestBytes: number;
  /** How bytes become text: UTF-8, unless each is to be a character of its own. */
  readonly encoding?: 'utf8' | 'latin1';
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

/** Asks for JSON; rejects for everything that is not a 200 with JSON of a bounded length in time. */
export function askForJson(
  url: URL,
  { credentials, longestBytes, encoding = 'utf8', timeoutMs = TIMEOUT_MS }: AskOptions,
): Promise<unknown> {
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  const auth = credentials && { auth: `${credentials.principal}:${credentials.secret}` };
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const asked = get(url, { agent: false, signal, ...auth }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > longestBytes) asked.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        if (response.statusCode !== 200) {
          const { statusCode } = response;
          reject(new Error(`${url.host} ${statusCode === 404 ? 'has none' : `answers ${statusCode}`}`));
          return;
        }
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString(encoding)));
        } catch {
          reject(new Error(`${url.host} answers something that is no JSON`));
        }
      });
    });
    asked.on('error', reject);
  });
}
