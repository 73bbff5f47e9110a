/** More wrong letters than that make another word. */
const MOST_CHANGES = 3;
/** So much of a word has to be right. */
const LEAST_LIKENESS = 0.4;

/** The known word that was most likely meant, if any is near enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = MOST_CHANGES + 1;
  for (const candidate of known) {
    const length = Math.max(word.length, candidate.length);
    const changes = changesBetween(word, candidate);
    if (changes >= fewest || (length - changes) / length <= LEAST_LIKENESS) continue;
    best = candidate;
    fewest = changes;
  }
  return best;
}

/** `; did you mean X?`, or nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

/** Letters to put in, take out, exchange, or swap with their neighbour (optimal string alignment). */
function changesBetween(one: string, other: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (twoAbove[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [twoAbove, above] = [above, current];
  }
  return above[other.length] ?? 0;
}
