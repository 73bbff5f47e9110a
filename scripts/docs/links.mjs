// Whether links within the workspace lead somewhere, to the very heading.

import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { anchorsOf, linksOf, splitFences } from './markdown.mjs';

/** @typedef {import('./markdown.mjs').Page} Page */

/**
 * Every link of the pages that leads nowhere, as `file:line: what is wrong`, and how many were followed.
 * Links to other hosts are not followed: a check must not depend on them.
 * @param {string} root
 * @param {readonly Page[]} pages
 */
export function checkLinks(root, pages) {
  const anchors = new Map(pages.map(({ file, text }) => [file, anchorsOf(splitFences(text).prose)]));
  let count = 0;
  const problems = pages.flatMap(({ file, text }) =>
    linksOf(splitFences(text).prose).flatMap(({ line, text: link }) => {
      if (/^[a-z][a-z+.-]*:/i.test(link)) return [];
      count += 1;
      const [path = '', anchor] = link.split('#', 2);
      const target = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)));
      const where = `${file}:${line}`;
      if (target.startsWith('..') || !existsSync(join(root, target))) {
        return [`${where}: there is no ${target}, to which "${link}" leads`];
      }
      const known = anchors.get(target);
      if (anchor === undefined || known === undefined || known.has(anchor)) return [];
      return [`${where}: ${target} has no heading with the anchor #${anchor}`];
    }),
  );
  return { count, problems };
}
