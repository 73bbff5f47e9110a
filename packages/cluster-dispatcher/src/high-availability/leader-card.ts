import { z } from 'zod';

const url = z.string().regex(/^(?:https?|spark):\/\/[^\s/]+$/);

const cardSchema = z.object({
  version: z.literal(1),
  /** Where submissions go by REST, without a path. */
  submissionUrl: url,
  /** Of its API and page, without a path. */
  webUrl: url,
  /** `spark://host:port`. */
  masterUrl: url,
});

/** What a dispatcher that stands for election tells the others of itself. */
export type LeaderCard = Omit<z.infer<typeof cardSchema>, 'version'>;

/** What is written where the others find it. */
export function encodeLeaderCard(card: LeaderCard): Uint8Array {
  return Buffer.from(JSON.stringify({ version: 1, ...card }));
}

/** Reads what {@link encodeLeaderCard} wrote; undefined for what another version wrote, or somebody else. */
export function decodeLeaderCard(data: Uint8Array): LeaderCard | undefined {
  try {
    const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString('utf8');
    const { version: _, ...card } = cardSchema.parse(JSON.parse(text));
    return card;
  } catch {
    return undefined;
  }
}
