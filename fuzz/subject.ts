/** One reader of what others have written, and what it is known to read. */
export interface Subject {
  readonly name: string;
  /** What real peers have sent where that was recorded, else what we write ourselves. */
  readonly golden: readonly Uint8Array[];
  readonly read: (bytes: Buffer) => unknown;
  /** Makes right again what only tells damage from intent, such as a checksum: somebody who means it can do so too. */
  readonly mend?: (bytes: Buffer) => Buffer;
  /** What it may throw beside coded errors, where its only caller takes care of that. */
  readonly mayThrow?: (error: unknown) => boolean;
}

/** A reader of text. */
export function textSubject(
  name: string,
  golden: readonly string[],
  read: (text: string) => unknown,
  more: Pick<Subject, 'mayThrow'> = {},
): Subject {
  return {
    name,
    golden: golden.map((text) => Buffer.from(text)),
    read: (bytes) => read(bytes.toString('utf8')),
    ...more,
  };
}

/** Bytes in two pieces, since a socket may give them so. */
export function halves(bytes: Buffer): Buffer[] {
  const middle = bytes.length >> 1;
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}
