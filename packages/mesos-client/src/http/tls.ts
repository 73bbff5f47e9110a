import type { ConnectionOptions } from 'node:tls';

/** How to know a master or an agent, and how to be known by it. Without `ca`, those are trusted whom Node trusts. */
export interface TlsOptions {
  /** Certificates, as PEM, of those whose signature counts. */
  readonly ca?: string | Uint8Array;
  /** Our own certificate, as PEM, where the other side asks for one. */
  readonly certificate?: string | Uint8Array;
  /** The key of our own certificate, as PEM. */
  readonly key?: string | Uint8Array;
  /** Of the key. */
  readonly passphrase?: string;
  /** The name for which the other side's certificate must be, in place of the one in its address. */
  readonly serverName?: string;
  /** Default: true. Without it whoever sits in between can read and change everything. */
  readonly verify?: boolean;
}

/** Whether to speak TLS with a master: when settings for it are given, or its address says so. */
export function schemeOf(master: string, tls: TlsOptions | undefined): 'http' | 'https' {
  return tls !== undefined || /^\s*(?:mesos:\/\/)?https:\/\//.test(master) ? 'https' : 'http';
}

/** The same in the words of Node. */
export function tlsConnectionOptions(
  tls: TlsOptions,
): Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized'> {
  const { ca, certificate, key, passphrase, serverName, verify } = tls;
  return {
    ...(ca === undefined ? {} : { ca: pem(ca) }),
    ...(certificate === undefined ? {} : { cert: pem(certificate) }),
    ...(key === undefined ? {} : { key: pem(key) }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(verify === undefined ? {} : { rejectUnauthorized: verify }),
  };
}

function pem(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
}
