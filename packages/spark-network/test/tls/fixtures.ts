import { fileURLToPath } from 'node:url';

/** A file of test/fixtures/tls: keys and certificates that are good for nothing but tests; the password is `changeit`. */
export function tlsFixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
}
