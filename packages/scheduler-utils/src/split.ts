/** Splits as Java's `String.split` does, on which Spark's grammars rest: empty parts at the end do not count. */
export function splitLikeJava(text: string, separator: string | RegExp): string[] {
  const parts = text.split(separator);
  while (parts.length > 0 && parts.at(-1) === '') {
    parts.pop();
  }
  return parts;
}
