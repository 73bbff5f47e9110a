import { getCiphers } from 'node:tls';

/**
 * Java's names of cipher suites as OpenSSL has them, colons between; undefined where none of them is there, and
 * then all are allowed, as in Spark.
 */
export function openSslCiphers(suites: readonly string[]): string | undefined {
  const known = new Set(getCiphers());
  const names = suites.map(openSslName).filter((name) => known.has(name.toLowerCase()));
  return names.length === 0 ? undefined : names.join(':');
}

/** `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is `ECDHE-RSA-AES128-GCM-SHA256`; in TLS 1.3 the names are the same. */
function openSslName(suite: string): string {
  const match = /^(?:TLS|SSL)_(\w+)_WITH_(\w+)$/.exec(suite.trim());
  if (match === null) return suite.trim();
  const [, exchange = '', cipher = ''] = match;
  const name = cipher
    .replace(/^AES_(\d+)/, 'AES$1')
    .replace(/_CBC_/, '_')
    .replace(/^(CHACHA20_POLY1305)_SHA256$/, '$1')
    .replaceAll('_', '-');
  return exchange === 'RSA' ? name : `${exchange.replaceAll('_', '-')}-${name}`;
}
