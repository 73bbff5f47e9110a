import type { z } from 'zod';
import type { LogPart, LogRange } from '../../logs/log-reader.ts';
import { logText } from '../../logs/log-text.ts';
import type { logQueryShape, logShape } from './shapes.ts';

/** A part of a log that was read, in the encoding that was asked for. */
export function logPartView(
  { bytes, offset }: Extract<LogPart, { ok: true }>,
  { offset: asked, length }: Pick<LogRange, 'offset' | 'length'>,
  encoding: z.infer<typeof logQueryShape>['encoding'],
): Omit<z.infer<typeof logShape>, 'attempt'> {
  if (encoding === 'text') return logText(bytes, { offset, isExact: asked !== undefined, length });
  return { data: Buffer.from(bytes).toString('base64'), offset, nextOffset: offset + bytes.length };
}
