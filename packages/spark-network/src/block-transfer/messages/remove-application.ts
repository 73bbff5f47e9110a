import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * An application has ended in good order: its files may go at once. This project's own, answered by an empty body. A
 * service of Spark's knows no such type and answers so; the application then goes by its timeout, as it does there.
 *
 *     RemoveApplication => type(112) appId:text
 */
export interface RemoveApplication {
  readonly kind: 'RemoveApplication';
  readonly appId: string;
}

/** The whole message. */
export function encodeRemoveApplication(message: RemoveApplication): Uint8Array {
  return new MessageWriter().uint8(BLOCK_TRANSFER_TYPE.REMOVE_APPLICATION).text(message.appId).finish();
}

/** Reads what follows the type byte. */
export function decodeRemoveApplication(reader: WireReader): RemoveApplication {
  return {
    kind: 'RemoveApplication',
    appId: reader.readText(),
  };
}
