/** What is to go out, in as few pieces as it can be without copying. */
export class RelayOutput {
  #pieces: Buffer[] = [];

  /** Adds bytes; those that lie right behind the ones before become one piece with them. */
  add(bytes: Buffer): void {
    const last = this.#pieces.at(-1);
    if (last === undefined || !isContinued(last, bytes)) {
      this.#pieces.push(bytes);
      return;
    }
    const length = last.byteLength + bytes.byteLength;
    this.#pieces[this.#pieces.length - 1] = Buffer.from(last.buffer, last.byteOffset, length);
  }

  /** Hands over what there is. */
  take(): readonly Buffer[] {
    const pieces = this.#pieces;
    if (pieces.length > 0) this.#pieces = [];
    return pieces;
  }
}

function isContinued(first: Buffer, second: Buffer): boolean {
  return first.buffer === second.buffer && first.byteOffset + first.byteLength === second.byteOffset;
}
