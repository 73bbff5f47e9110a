// Whether the `spark.mesos.*` settings that pages name are settings.

import { SETTINGS } from '../../packages/scheduler-utils/dist/index.js';
import { splitFences } from './markdown.mjs';

const NAMED = /spark\.mesos\.[A-Za-z][\w.]*(?:\.?[*…[<]|\w)/g;

const NAMES = Object.values(SETTINGS).flatMap(({ name, aliases }) => [name, ...aliases]);
const WHOLE = new Set(NAMES.filter((name) => !name.endsWith('[Name]')));
const PREFIXES = NAMES.filter((name) => name.endsWith('[Name]')).map((name) =>
  name.slice(0, -'[Name]'.length),
);

/**
 * @param {string} text `spark.mesos.role`, or `spark.mesos.fine.*` for all that begin so
 */
function isKnown(text) {
  const start = text.replace(/\.?[*…[<]$/, '');
  if (start !== text) return NAMES.some((name) => name.startsWith(start));
  return WHOLE.has(text) || PREFIXES.some((prefix) => text.startsWith(prefix));
}

/**
 * Every name that is none, as `file:line: what is wrong`, and how many were looked up.
 * @param {readonly import('./markdown.mjs').Page[]} pages
 */
export function checkSettingNames(pages) {
  let count = 0;
  const problems = pages.flatMap(({ file, text }) => {
    const { prose, fences } = splitFences(text);
    const lines = [
      ...prose.map((line, index) => ({ line: index + 1, text: line })),
      ...fences.flatMap((fence) =>
        fence.lines.map((line, index) => ({ line: fence.line + index, text: line })),
      ),
    ];
    return lines.flatMap(({ line, text: words }) =>
      [...words.matchAll(NAMED)].flatMap(([name]) => {
        count += 1;
        return isKnown(name) ? [] : [`${file}:${line}: there is no setting ${name}`];
      }),
    );
  });
  return { count, problems };
}
