// `node scripts/security-claims.mjs`: SECURITY.md says of each threat what stops it, and links tests that show it, by
// their titles. This looks whether each of them is there.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = 'SECURITY.md';
/** The tables of threats; other tables have other titles. */
const HEAD = '| threat | what stops it | tests |';
const LINK = /\[((?:[^\]\\]|\\.)+)\]\(([^)]+\.test\.ts)\)/g;

/**
 * What is wrong with the claims of a page, one sentence each.
 * @param {string} page
 * @param {(file: string) => string | undefined} contentOf a test file
 * @returns {string[]}
 */
export function claimProblems(page, contentOf) {
  /** @type {string[]} */
  const problems = [];
  let isClaims = false;
  let claims = 0;
  for (const [index, line] of page.split('\n').entries()) {
    const isRow = line.startsWith('|');
    isClaims = isRow && (isClaims || line === HEAD);
    if (!isClaims || line === HEAD || /^\|[-|]+\|$/.test(line)) continue;
    claims += 1;
    const links = [...line.matchAll(LINK)];
    if (links.length === 0) problems.push(`${PAGE}:${index + 1} claims something without a test`);
    for (const [, title = '', file = ''] of links) {
      const content = contentOf(file);
      if (content === undefined) problems.push(`${PAGE}:${index + 1}: there is no ${file}`);
      else if (!hasTitle(content, title)) {
        problems.push(`${PAGE}:${index + 1}: ${file} has no test "${title}"`);
      }
    }
  }
  return claims === 0 ? [`${PAGE} claims nothing: is its table "${HEAD}" gone?`] : problems;
}

/**
 * Whether a file of tests has a title: a literal that is just this text, or one with values in it that ends so.
 * @param {string} content
 * @param {string} title
 */
function hasTitle(content, title) {
  return [`'${title.replaceAll("'", "\\'")}'`, `"${title}"`, `${title}\``, `${title} (`].some((literal) =>
    content.includes(literal),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const contentOf = (/** @type {string} */ file) => {
    const path = join(root, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const problems = claimProblems(readFileSync(join(root, PAGE), 'utf8'), contentOf);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
