import { connect as connectPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect, createSecureContext, TLSSocket } from 'node:tls';
import type { TlsMaterial } from './tls-material.ts';

/** The first byte of every connection that begins with TLS; that of Spark's frames is always 0. */
export const TLS_FIRST_BYTE = 0x16;

/** What has come of a handshake. */
export type InboundSecurity =
  | { readonly ok: true; readonly socket: TLSSocket }
  | { readonly ok: false; readonly reason: string };

/** Speaks TLS with a client whose first byte says that it does; nothing of it is to be read before. */
export function secureInbound(
  socket: Socket,
  material: TlsMaterial,
  timeoutMs: number,
): Promise<InboundSecurity> {
  return new Promise((resolve) => {
    let reason = 'the client broke off the handshake';
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: createSecureContext(material.context),
      requestCert: material.needClientAuth,
      rejectUnauthorized: material.needClientAuth,
    });
    const timer = setTimeout(() => {
      reason = `no handshake within ${timeoutMs} ms`;
      secure.destroy();
    }, timeoutMs);
    const onClose = (): void => {
      clearTimeout(timer);
      resolve({ ok: false, reason });
    };
    secure.once('close', onClose);
    // The last listener: a socket that is given up may still fail.
    secure.on('error', (error) => {
      reason = error.message;
      secure.destroy();
    });
    secure.once('secure', () => {
      const refusal = material.needClientAuth ? verifyError(secure) : undefined;
      if (refusal !== undefined) {
        reason = `the client's certificate is not trusted: ${refusal}`;
        secure.destroy();
        return;
      }
      clearTimeout(timer);
      secure.off('close', onClose);
      resolve({ ok: true, socket: secure });
    });
  });
}

/** Why the peer's certificate is none that we trust. It is known to Node, which does not say so in its types. */
function verifyError(socket: TLSSocket): string | undefined {
  const handle = (socket as unknown as { _handle?: { verifyError?: () => Error | null } })._handle;
  const error = handle?.verifyError?.();
  if (error) return error.message;
  return Object.keys(socket.getPeerCertificate()).length === 0 ? 'there is none' : undefined;
}

/**
 * Opens a socket, with TLS where there is material for it. As in Spark, no certificate is held against the
 * server's name. Listen for `connect`, or `secureConnect`, and `error`.
 */
export function openSocket(
  address: { readonly host: string; readonly port: number },
  material?: TlsMaterial,
): Socket {
  const { host, port } = address;
  if (material === undefined) return connectPlain({ host, port });
  const options: ConnectionOptions = {
    host,
    port,
    secureContext: createSecureContext(material.context),
    rejectUnauthorized: material.trustsOnlyKnown,
    checkServerIdentity: () => undefined,
  };
  return connect(options);
}
