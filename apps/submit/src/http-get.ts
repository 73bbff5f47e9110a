import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** What was answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Asks once, on a connection of its own. With Node's own client: `fetch` refuses ports on which browsers expect no web server. */
export function httpGet(url: URL, signal: AbortSignal): Promise<HttpAnswer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > LONGEST_ANSWER_BYTES) asked.destroy(new Error('answers with more than can be read'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** What a text holds; undefined where it is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
