// What the checks of the documentation need to know of a Markdown file: its anchors, links, code and command lines.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * @typedef {object} Page
 * @property {string} file relative to the workspace
 * @property {string} text
 */

/**
 * Something that stands in a line of a page.
 * @typedef {object} Found
 * @property {number} line from 1
 * @property {string} text
 */

/**
 * A block between two fences.
 * @typedef {object} Fence
 * @property {number} line of its first line of code, from 1
 * @property {string} language
 * @property {readonly string[]} lines
 */

/** Folders that hold no pages of ours; `docs/api` is made anew for each release. */
const SKIPPED = /^(node_modules|dist|fixtures|golden|artifacts|generated|\..*)$/;
const SKIPPED_PATHS = ['docs/api', 'bench/results'];

/**
 * Every Markdown file of a workspace.
 * @param {string} root
 * @param {string} [folder]
 * @returns {Page[]}
 */
export function readPages(root, folder = root) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const file = relative(root, path);
    if (entry.isDirectory()) {
      return SKIPPED.test(entry.name) || SKIPPED_PATHS.includes(file) ? [] : readPages(root, path);
    }
    const isPage = entry.name.endsWith('.md') && entry.name !== 'CHANGELOG.md';
    return isPage ? [{ file, text: readFileSync(path, 'utf8') }] : [];
  });
}

/**
 * Splits a page into its fences and the lines outside of them; a line within a fence is empty there.
 * @param {string} text
 * @returns {{ prose: readonly string[], fences: readonly Fence[] }}
 */
export function splitFences(text) {
  const prose = [];
  /** @type {Fence[]} */
  const fences = [];
  /** @type {{ mark: string, line: number, language: string, lines: string[] } | undefined} */
  let open;
  for (const [index, line] of text.split('\n').entries()) {
    const [, mark = '', language = ''] = /^\s*(`{3,}|~{3,})\s*([\w-]*)/.exec(line) ?? [];
    if (open !== undefined) {
      if (mark.startsWith(open.mark)) {
        fences.push(open);
        open = undefined;
      } else open.lines.push(line);
      prose.push('');
    } else if (mark !== '') {
      open = { mark, line: index + 2, language, lines: [] };
      prose.push('');
    } else prose.push(line);
  }
  return { prose, fences };
}

const CODE_SPAN = /(`+)(.+?)\1/g;

/**
 * The code within lines of prose.
 * @param {readonly string[]} prose
 * @returns {Found[]}
 */
export function codeSpans(prose) {
  return prose.flatMap((line, index) =>
    [...line.matchAll(CODE_SPAN)].map(([, , text = '']) => ({ line: index + 1, text })),
  );
}

const LINK = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\s*\[[^\]]+\]:\s+(\S+)|\bsrc="([^"]+)"/g;

/**
 * Where links and pictures lead.
 * @param {readonly string[]} prose
 * @returns {Found[]}
 */
export function linksOf(prose) {
  return prose.flatMap((line, index) =>
    [...line.replace(CODE_SPAN, (code) => 'x'.repeat(code.length)).matchAll(LINK)].map(
      ([, inline, reference, picture]) => ({
        line: index + 1,
        text: inline ?? reference ?? picture ?? '',
      }),
    ),
  );
}

/**
 * The anchor that GitHub gives a heading.
 * @param {string} heading
 */
export function slugOf(heading) {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/**
 * All anchors of a page.
 * @param {readonly string[]} prose
 * @returns {Set<string>}
 */
export function anchorsOf(prose) {
  const anchors = new Set();
  for (const line of prose) {
    for (const [, id] of line.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
    const [, heading] = /^#{1,6}\s+(.+?)\s*#*$/.exec(line) ?? [];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

const SHELLS = new Set(['sh', 'bash', 'shell', 'console']);

/**
 * The command lines of a fence: continued lines joined, comments and output left out.
 * In a `console` fence those alone that stand behind a `$`.
 * @param {Fence} fence
 * @returns {Found[]}
 */
export function commandLines({ language, line, lines }) {
  if (!SHELLS.has(language)) return [];
  /** @type {Found[]} */
  const found = [];
  let continued = false;
  for (const [index, raw] of lines.entries()) {
    const [, prompt, words = ''] = /^(\$ )?(.*)$/.exec(raw) ?? [];
    if (!continued && language === 'console' && prompt === undefined) continue;
    const text = words.replace(/\s*\\$/, '');
    const last = found.at(-1);
    if (continued && last !== undefined) last.text += ` ${text.trim()}`;
    else if (text.trim() !== '' && !text.startsWith('#')) found.push({ line: line + index, text });
    continued = /\\$/.test(words);
  }
  return found;
}
