import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Hands over the secret by which executors of one application show who they are, instead of the cluster's. This
 * project's own, answered by an empty body; to be taken only over a connection that the cluster's secret has
 * authenticated. A service of Spark's knows no such type and answers so.
 *
 *     ApplicationSecret => type(113) appId:text secret:text
 */
export interface ApplicationSecret {
  readonly kind: 'ApplicationSecret';
  readonly appId: string;
  readonly secret: string;
}

/** The whole message. */
export function encodeApplicationSecret(message: ApplicationSecret): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.APPLICATION_SECRET)
    .text(message.appId)
    .text(message.secret)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeApplicationSecret(reader: WireReader): ApplicationSecret {
  return {
    kind: 'ApplicationSecret',
    appId: reader.readText(),
    secret: reader.readText(),
  };
}
