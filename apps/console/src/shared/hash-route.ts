/** Where in a page the reader is: `#/tasks/a/b?state=failed` is path [tasks, a, b] with one parameter. */
export interface HashRoute {
  readonly path: readonly string[];
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads an address's fragment. Whatever it holds, a route comes out: a broken escape stands for itself. */
export function parseHash(hash: string): HashRoute {
  const text = hash.replace(/^#?\/?/, '');
  const mark = text.indexOf('?');
  const pathText = mark < 0 ? text : text.slice(0, mark);
  const queryText = mark < 0 ? '' : text.slice(mark + 1);
  const path = pathText.split('/').filter((segment) => segment !== '');
  return { path: path.map(decodeSegment), parameters: new Map(new URLSearchParams(queryText)) };
}

/** Writes an address's fragment; every segment is escaped, so an id may hold any character. */
export function formatHash(
  path: readonly string[],
  parameters: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams(
    Object.entries(parameters).filter(([, value]) => value !== ''),
  ).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${query === '' ? '' : `?${query}`}`;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
