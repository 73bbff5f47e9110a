// What pages that are made from code have in common.

/** Stands below the title of a page that is wholly made. */
export const MADE = '<!-- Made by `pnpm docs:write` from the code that it describes; change that. -->';

/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|');

/**
 * A table of Markdown.
 * @param {readonly string[]} header
 * @param {readonly (readonly string[])[]} rows
 */
export function table(header, rows) {
  const lines = [header, header.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
