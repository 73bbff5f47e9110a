import {
  ClientAuthentication,
  type ClientAuthenticationOptions,
} from '../../src/authentication/client-authentication.ts';
import {
  ServerAuthentication,
  type ServerAuthenticationOptions,
} from '../../src/authentication/server-authentication.ts';
import type { TransportCipher } from '../../src/ciphers/transport-cipher.ts';

/** What has come of a handshake. */
export interface Conversation {
  readonly server: TransportCipher | undefined;
  readonly client: TransportCipher | undefined;
  readonly mechanism: string;
  readonly appId: string;
}

/** Lets both sides talk until they know each other. Throws what the client throws. */
export function converse(
  clientOptions: ClientAuthenticationOptions,
  serverOptions: ServerAuthenticationOptions,
  tamper: (body: Uint8Array, step: number) => Uint8Array = (body) => body,
): Conversation {
  const client = new ClientAuthentication(clientOptions);
  const server = new ServerAuthentication(serverOptions);
  let body = client.start();
  for (let step = 0; step < 6; step += 1) {
    const outcome = server.step(tamper(body, step));
    const next =
      outcome.kind === 'declined' || outcome.kind === 'failed'
        ? client.refused(outcome.error)
        : client.answered(tamper(outcome.answer, step + 100));
    if (next.kind === 'ask') {
      body = next.body;
      continue;
    }
    if (outcome.kind !== 'authenticated') throw new Error('only the client thinks that it is over');
    const { mechanism, appId } = outcome;
    return { server: outcome.cipher, client: next.cipher, mechanism, appId };
  }
  throw new Error('there is no end to it');
}
