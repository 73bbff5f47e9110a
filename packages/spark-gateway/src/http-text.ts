import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';

const TIMEOUT_MS = 3_000;

/**
 * What an address answers with status 200, at most so many bytes of it; rejects for all else, and after some seconds.
 * With plain HTTP, since `fetch` refuses ports on which browsers expect no web server.
 */
export function httpText(url: URL, longestBytes: number): Promise<string> {
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > longestBytes) asked.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
        else reject(new Error(`${url.host} answers ${response.statusCode}`));
      });
    });
    asked.on('error', reject);
  });
}
