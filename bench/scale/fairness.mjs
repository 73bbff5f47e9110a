// How evenly something is divided among equals.

/**
 * Jain's index: 1 when all have the same, 1/n when one has all.
 * @param {readonly number[]} shares
 */
export function jainIndex(shares) {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}
