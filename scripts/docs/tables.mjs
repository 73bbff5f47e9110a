// Whether the rows of a table have as many cells as its head: what is beyond is not shown, and a bar within a cell is a
// border unless there is a backslash before it, in code too.

import { splitFences } from './markdown.mjs';

/** @param {string} row */
const cellsOf = (row) =>
  row
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/).length;

const RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/**
 * Every row that has more or fewer, as `file:line: what is wrong`, and how many were counted.
 * @param {readonly import('./markdown.mjs').Page[]} pages
 */
export function checkTables(pages) {
  let count = 0;
  const problems = pages.flatMap(({ file, text }) => {
    const { prose } = splitFences(text);
    let expected = 0;
    return prose.flatMap((line, index) => {
      if (!line.trimStart().startsWith('|')) {
        expected = 0;
        return [];
      }
      if (expected === 0 && RULE.test(prose[index + 1] ?? '')) expected = cellsOf(line);
      if (expected === 0) return [];
      count += 1;
      const cells = cellsOf(line);
      return cells === expected ? [] : [`${file}:${index + 1}: ${cells} cells, the head has ${expected}`];
    });
  });
  return { count, problems };
}
